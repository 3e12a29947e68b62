"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from qianxian.plans import views

app_name = "plans"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:plan_id>/", views.plan, name="plan"),
    path("<int:plan_id>/wall/", views.wall, name="wall"),
    path("<int:plan_id>/tasks/new/", views.new_task, name="new_task"),
    path("tasks/<int:task_id>/split/", views.split, name="split"),
    path("tasks/<int:task_id>/drop/", views.drop, name="drop"),
]
