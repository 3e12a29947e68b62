"""Addresses of reports."""

from __future__ import annotations

from django.urls import path

from qianxian.reports.views import drafts, figures, index, sources

app_name = "reports"

urlpatterns = [
    path("", index.index, name="index"),
    path("read/", sources.read_new, name="read"),
    path("write/", drafts.write_new, name="write"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/file/", sources.source_file, name="source_file"),
    path("sources/<int:pk>/tasks/", sources.accept_matched, name="accept_matched"),
    path("sources/<int:pk>/tasks/<int:number>/", sources.task, name="task"),
    path(
        "sources/<int:pk>/findings/<str:finding>/dismiss/",
        sources.dismiss,
        name="source_dismiss",
    ),
    path(
        "sources/<int:pk>/findings/<str:finding>/restore/",
        sources.restore,
        name="source_restore",
    ),
    path("<int:pk>/", drafts.report, name="report"),
    path("<int:pk>/edit/", drafts.edit, name="edit"),
    path("<int:pk>/seen/", drafts.seen, name="seen"),
    path("<int:pk>/base/<str:key>/", drafts.base, name="base"),
    path("<int:pk>/findings/<str:finding>/dismiss/", drafts.dismiss, name="dismiss"),
    path("<int:pk>/findings/<str:finding>/restore/", drafts.restore, name="restore"),
    path("<int:pk>/findings/<str:finding>/apply/", drafts.apply, name="apply"),
    path("<int:pk>/publish/", drafts.publish, name="publish"),
    path("<int:pk>/docx/", drafts.docx, name="docx"),
    path("<int:pk>/text/", drafts.text, name="text"),
    path("<int:pk>/figures/<str:key>/", figures.figure, name="figure"),
]
