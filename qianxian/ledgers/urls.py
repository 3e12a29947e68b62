"""Addresses of ledgers."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "ledgers"
urlpatterns: list[URLPattern] = []
