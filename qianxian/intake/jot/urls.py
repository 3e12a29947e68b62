"""Addresses of 记一笔, below those of intake."""

from __future__ import annotations

from django.urls import path

from qianxian.intake.jot import views

urlpatterns = [
    path("jot/", views.jot, name="jot"),
    path("jot/save/", views.keep, name="jot_save"),
]
