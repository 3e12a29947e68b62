"""The few addresses that the shell and the components page need, without the other rooms."""

from __future__ import annotations

from allauth.account import views as account
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from qianxian.core import views as core


def gone(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", core.components, name="today"),
    path("components/", core.components, name="components"),
    path("gone/", gone),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
]
