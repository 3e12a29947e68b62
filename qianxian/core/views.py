"""Pages of the core: the components page and the pages of errors."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qianxian.core.accounts import DEMO_PASSWORD, is_local
from qianxian.core.models import Holding
from qianxian.core.showcase import showcase


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for people who build pages."""
    return render(request, "core/components.html", showcase())


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What a clerk does in the first ten minutes."""
    return render(request, "core/help.html")


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):  # type: ignore[misc]  # allauth ships no types
    """Sign-in; on the machine itself it lists the demo accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if is_local(self.request):
            context["demo_accounts"] = demo_accounts()
        return context


def demo_accounts() -> list[dict[str, str]]:
    """User name, password, post and name of each demo account that holds a post."""
    rows = (
        Holding.objects.filter(user__is_demo=True, user__is_active=True, valid_to__isnull=True)
        .select_related("user", "post__office")
        .order_by("user_id", "rank")
    )
    first: dict[int, dict[str, str]] = {}
    for row in rows:
        first.setdefault(
            row.user_id,
            {
                "username": row.user.username,
                "password": DEMO_PASSWORD,
                "post": str(row.post),
                "name": row.user.name,
            },
        )
    return list(first.values())
