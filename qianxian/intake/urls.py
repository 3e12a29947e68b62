"""Addresses of intake."""

from __future__ import annotations

from django.urls import URLPattern

from qianxian.intake.jot.urls import urlpatterns as jot_urls
from qianxian.intake.notice.urls import urlpatterns as notice_urls

app_name = "intake"

urlpatterns: list[URLPattern] = [
    *notice_urls,
    *jot_urls,
]
