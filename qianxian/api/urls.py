"""Addresses of the API. Programs sign in with a token, so the sign-in of pages lets them by."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from qianxian.api.operations import api
from qianxian.api.views.tokens import manual

_operations, _app, _namespace = api.urls
for _operation in _operations:
    if _operation.callback:
        login_not_required(_operation.callback)

urlpatterns = [
    path("", manual, name="api_manual"),
    path("v1/", (_operations, _app, _namespace)),
]
