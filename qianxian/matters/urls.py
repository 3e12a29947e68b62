"""Addresses of matters."""

from __future__ import annotations

from django.urls import path

from qianxian.matters import views

app_name = "matters"
urlpatterns = [
    path("", views.index, name="list"),
    path("holidays/", views.holidays, name="holidays"),
    path("late/", views.late, name="late"),
    path("late/export.<slug:kind>", views.late_file, name="late_file"),
    path("route/", views.route, name="route"),
    path("<uuid:key>/", views.matter, name="matter"),
    path("<uuid:key>/steps/<slug:step_id>/", views.step, name="step"),
    path("<uuid:key>/extend/", views.extend, name="extend"),
    path("<uuid:key>/answer/", views.answer, name="answer"),
    path("<uuid:key>/reopen/", views.reopen, name="reopen"),
    path("<uuid:key>/undo/<int:number>/", views.undo, name="undo"),
    path("<uuid:key>/photos/<slug:digest>/", views.photo, name="photo"),
]
