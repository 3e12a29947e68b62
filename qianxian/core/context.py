"""What every page of the shell needs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from qianxian.core import gate, queries, shell
from qianxian.core.models import Place, User
from qianxian.core.prepared_query import PreparedQuery


def _shell(request: HttpRequest, user: User) -> dict[str, object]:
    on = queries.today()
    holding = next(iter(queries.held_by(user, on)), None)
    place = holding.post.office.place if holding else _first_township()
    frame = shell.Frame(
        place=place.name if place else "",
        who=str(user),
        post=str(holding.post) if holding else "",
        rank=holding.get_rank_display() if holding else "",
        # A hand-over that waits for this person's word, on every page until it is given.
        must_confirm=holding is not None and queries.has_to_confirm(user, on),
        is_jotting=request.path == shell.url_of("intake:jot"),
        rail=shell.rail(user, request.path, on),
    )
    return {"frame": frame, "home_place": place, "today": on}


def _first_township() -> Place | None:
    towns = (p for p in gate.places().values() if p.level == Place.Level.TOWNSHIP)
    return next(towns, None)


@PreparedQuery
def _demo_users() -> QuerySet[User, Any]:
    return User.objects.filter(is_demo=True).values_list("pk")[:1]


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Context processor. Pages without sign-in get only the demo mark."""
    demo: dict[str, object] = {"demo": bool(_demo_users.rows())}
    # A request that was refused before the sign-in middleware has no user.
    user = getattr(request, "user", None)
    return {**demo, **_shell(request, user)} if isinstance(user, User) else demo
