"""Addresses of figures."""

from __future__ import annotations

from django.urls import path

from qianxian.indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("<slug:indicator_id>/<str:code>/<path:period_text>/", views.figure, name="figure"),
]
