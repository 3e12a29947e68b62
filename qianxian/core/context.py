"""What every page of the shell needs."""

from __future__ import annotations

from django.http import HttpRequest

from qianxian.core import queries, shell
from qianxian.core.models import Place, User


def _shell(request: HttpRequest, user: User) -> dict[str, object]:
    on = queries.today()
    first = next(iter(queries.held_by(user, on)), None)
    holding = first.holding if first else None
    place = holding.post.office.place if holding else _first_township()
    frame = shell.Frame(
        place=place.name if place else "",
        who=str(user),
        post=str(holding.post) if holding else "",
        rank=holding.get_rank_display() if holding else "",
        # A hand-over that waits for this person's word, on every page until it is given.
        must_confirm=bool(first and first.waits),
        is_jotting=request.path == shell.url_of("intake:jot"),
        rail=shell.rail(user, request.path, on),
    )
    return {"frame": frame, "home_place": place, "today": on}


def _first_township() -> Place | None:
    return Place.objects.filter(level=Place.Level.TOWNSHIP).first()


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Context processor. Pages without sign-in get only the demo mark."""
    demo: dict[str, object] = {"demo": User.objects.filter(is_demo=True).exists()}
    # A request that was refused before the sign-in middleware has no user.
    user = getattr(request, "user", None)
    return {**demo, **_shell(request, user)} if isinstance(user, User) else demo
