"""Addresses of the API. Programs sign in with a token, so the sign-in of pages lets them by."""

from __future__ import annotations

from django.urls import path

from qianxian.api.operations import api
from qianxian.api.views.tokens import manual

_operations, _app, _namespace = api.urls
for _operation in _operations:
    setattr(_operation.callback, "login_required", False)  # noqa: B010  a function has no such field

urlpatterns = [
    path("", manual, name="api_manual"),
    path("v1/", (_operations, _app, _namespace)),
]
