"""Addresses of the pages of tokens, below the person's own page."""

from __future__ import annotations

from django.urls import path

from qianxian.api.views import tokens

app_name = "tokens"

urlpatterns = [
    path("", tokens.index, name="index"),
    path("new/", tokens.new, name="new"),
    path("<int:key>/revoke/", tokens.revoke, name="revoke"),
]
