"""我的接口令牌: what I made, a new one shown once, ending one; and what the API can do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.api import services
from qianxian.api.calling import A_MINUTE
from qianxian.api.forms import TokenForm
from qianxian.api.models import ApiToken
from qianxian.api.operations import api
from qianxian.api.queries import tokens_of
from qianxian.core.errors import UserError
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn


@require_safe
def index(request: SignedIn) -> HttpResponse:
    standing, ended = tokens_of(request.user, today())
    return render(request, "api/tokens.html", {"standing": standing, "ended": ended})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """The form; answered with the secret at once, not redirected, so that it is kept nowhere."""
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = services.make_token(**form.wanted(), by=request.user, at=timezone.now())
        except UserError as error:
            form.refuse(error)
        else:
            return render(request, "api/token_once.html", {"token": token, "secret": secret})
    return render(request, "api/new_token.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def revoke(request: SignedIn, key: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=key, owner=request.user)
    services.revoke_token(token=token, by=request.user, at=timezone.now())
    messages.success(request, f"“{token}”停用了，用它的程序从现在起进不来。")
    return redirect("tokens:index")


@require_safe
def manual(request: SignedIn) -> HttpResponse:
    """All operations with what they take, out of the same description that programs read."""
    described = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            groups.setdefault(told["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": told["summary"],
                    "description": told.get("description", ""),
                    "takes": _takes(told),
                }
            )
    context = {"groups": groups, "info": described["info"], "a_minute": A_MINUTE}
    return render(request, "api/manual.html", context)


def _takes(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands in the address besides its path: name and what it means."""
    return [
        (parameter["name"], parameter["schema"].get("description", ""))
        for parameter in told.get("parameters", ())
        if parameter["in"] != "path"
    ]
