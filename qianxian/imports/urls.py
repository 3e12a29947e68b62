"""Addresses of imports."""

from __future__ import annotations

from django.urls import include, path

from qianxian.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.index, name="index"),
    path("ledgers/", include("qianxian.imports.inferring.urls")),
    path("workbooks/", include("qianxian.imports.workbooks.urls")),
    path("photos/", include("qianxian.imports.photo_folder.urls")),
    path("new/<slug:ledger>/", views.new, name="new"),
    path("new/<slug:ledger>/blank.xlsx", views.blank_workbook, name="blank"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/rows/<slug:status>/", views.rows, name="rows"),
    path("<int:pk>/cells/", views.cells, name="cells"),
    path("<int:pk>/bad.xlsx", views.bad_rows, name="bad"),
    path("<int:pk>/columns/", views.choose, name="choose"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/land/", views.land, name="land"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/drop/", views.drop, name="drop"),
]
