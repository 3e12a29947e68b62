"""What every page of the shell needs."""

from __future__ import annotations

from django.db.models import Exists
from django.http import HttpRequest

from qianxian.core import queries, shell
from qianxian.core.models import Holding, Place, User


def _shell(request: HttpRequest, user: User) -> dict[str, object]:
    on = queries.today()
    holding = (
        Holding.objects.filter(user=user, valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .annotate(waits=Exists(Holding.objects.filter(user=user, is_confirmed=False)))
        .select_related("post__office__place")
        .order_by("rank", "post__code")
        .first()
    )
    return {
        "rail": shell.rail(user, request.path, on),
        "holding": holding,
        # A hand-over that waits for this person's word, on every page until it is given.
        "must_confirm": bool(holding and holding.waits),
        "home_place": holding.post.office.place if holding else _first_township(),
        "today": on,
    }


def _first_township() -> Place | None:
    return Place.objects.filter(level=Place.Level.TOWNSHIP).first()


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Context processor. Pages without sign-in get only the demo mark."""
    demo: dict[str, object] = {"demo": User.objects.filter(is_demo=True).exists()}
    # A request that was refused before the sign-in middleware has no user.
    user = getattr(request, "user", None)
    return {**demo, **_shell(request, user)} if isinstance(user, User) else demo
