"""What was over its time on a past day, told from the history."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core import queries
from qianxian.matters.past import overdue_as_of
from qianxian.matters.views.common import user_of

_LISTED = 500


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """The list of one day, as it was; an impossible day is yesterday."""
    on = queries.today()
    day = _day(request.GET.get("day", ""), on)
    found = overdue_as_of(user_of(request), day, on=on)
    context = {"day": day, "found": found[:_LISTED], "total": len(found), "on": on}
    return render(request, "matters/overdue.html", context)


def _day(text: str, on: date) -> date:
    try:
        return min(date.fromisoformat(text), on)
    except ValueError:
        return on - timedelta(days=1)
