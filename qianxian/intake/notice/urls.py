"""Addresses of notices, below those of intake."""

from __future__ import annotations

from django.urls import path

from qianxian.intake.notice import views

urlpatterns = [
    path("notice/", views.paste, name="notice_new"),
    path("notice/save/", views.save, name="notice_save"),
    path("notices/", views.index, name="notices"),
    path("notices/<uuid:key>/", views.notice, name="notice"),
    path("notices/<uuid:key>/share/", views.share, name="notice_share"),
    path("notices/<uuid:key>/recall/", views.recall, name="notice_recall"),
    path("notices/<uuid:key>/answers.xlsx", views.answers, name="notice_answers"),
    path("assignments/<uuid:key>/", views.assignment, name="assignment"),
    path("assignments/<uuid:key>/check/", views.check, name="assignment_check"),
]
