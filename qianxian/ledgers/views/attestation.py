"""报齐 by villages, 镇核 and 退回 by the township."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers import attestation as services
from qianxian.ledgers.models import Attestation
from qianxian.ledgers.queries import (
    Square,
    attested_ledgers,
    last_month,
    months_before,
    period_at,
    squares,
    villages_of,
)
from qianxian.ledgers.views.common import now, post_for
from qianxian_figures import BadPeriod, Period
from qianxian_packs import Ledger

_MONTHS = 6


@require_safe
def attestation(request: SignedIn) -> HttpResponse:
    """My villages' ledgers, month by month: what is reported complete and what is still due."""
    on = today()
    ledgers = attested_ledgers(request.user, Permission.ATTEST, on)
    may_check = bool(attested_ledgers(request.user, Permission.ATTEST_CHECK, on))
    if may_check and not ledgers:
        return redirect("ledgers:check")
    villages = villages_of(request.user, Permission.ATTEST, on)
    # The running month stands last: it can be reported from its last day on.
    running = Period.of(f"{on.year}-{on.month:02}")
    months = months_before(running, _MONTHS)
    known = squares(ledgers, villages, months, on)
    grids = [
        {"village": village, "rows": _rows(ledgers, village, months, known)}
        for village in _villages(villages)
    ]
    context = {
        "grids": [grid for grid in grids if grid["rows"]],
        "months": months,
        "may_check": may_check,
        "waiting": _waiting(known.values()),
    }
    return render(request, "ledgers/attestation.html", context)


def _waiting(squares: Iterable[Square]) -> list[Square]:
    """What is to be reported now, the newest period first; a quarter once, not three times."""
    due = {
        (s.ledger.id, s.village.code, s.period): s for s in squares if s.mark in ("due", "returned")
    }
    return sorted(due.values(), key=lambda s: (-s.period.end.toordinal(), s.village.code))


def _villages(by_line: dict[str, list[Place]]) -> list[Place]:
    found = {village.code: village for own in by_line.values() for village in own}
    return [found[code] for code in sorted(found)]


def _rows(
    ledgers: list[Ledger],
    village: Place,
    months: list[Period],
    known: dict[tuple[str, str, date], Square],
) -> list[dict[str, Any]]:
    rows = []
    for ledger in ledgers:
        own = [known.get((ledger.id, village.code, month.start)) for month in months]
        if any(own):
            rows.append({"ledger": ledger, "squares": own})
    return rows


@require_safe
def check(request: SignedIn) -> HttpResponse:
    """Villages × ledgers for one month: who has reported, who is missing, what to check."""
    on = today()
    month = _month(request, on)
    ledgers = attested_ledgers(request.user, Permission.ATTEST_CHECK, on)
    if not ledgers:
        raise NotVisible("镇核归镇里的专干。要核，请找管理员给你的岗位开。")
    villages = villages_of(request.user, Permission.ATTEST_CHECK, on)
    known = squares(ledgers, villages, [month], on)
    tables = [_table(lg, [s for s in known.values() if s.ledger.id == lg.id]) for lg in ledgers]
    # Newest first, so that a phone shows the one that is checked now.
    months = months_before(last_month(on), _MONTHS)[::-1]
    context = {"month": month, "tables": tables, "months": months}
    return render(request, "ledgers/check.html", context)


def _month(request: SignedIn, on: date) -> Period:
    try:
        return Period.of(request.GET["month"])
    except (KeyError, BadPeriod):
        return last_month(on)


def _table(ledger: Ledger, own: list[Square]) -> dict[str, Any]:
    said = ("attested", "checked")
    return {
        "ledger": ledger,
        "period": own[0].period if own else None,
        "squares": own,
        "coverage": [(s.village.name, s.mark in said) for s in own],
        "unchecked": [s for s in own if s.mark == "attested"],
    }


@require_POST
def attest(request: SignedIn) -> HttpResponse:
    """报齐 or 零报告 of one ledger, village and period."""
    ledger = catalogue().ledgers.get(request.POST.get("ledger", ""))
    village = Place.objects.filter(pk=request.POST.get("village", "")).first()
    if ledger is None or village is None:
        raise NotVisible("没有这一页，或者不归你的岗位看。")
    try:
        period = Period.of(request.POST.get("period", ""))
        if period != period_at(ledger, period.start):
            # No page offers it, and no page would show it to whoever has to check it.
            raise NotVisible("没有这一页，或者不归你的岗位看。")
        services.attest(
            ledger=ledger,
            village=village,
            period=period,
            by=request.user,
            at=now(),
            is_zero="zero" in request.POST,
            post=post_for(request.user, Permission.ATTEST, ledger, village),
        )
    except BadPeriod as error:
        raise NotVisible("没有这一页，或者不归你的岗位看。") from error
    except NotVisible:
        raise
    except UserError as error:
        messages.error(request, str(error))
    return redirect("ledgers:attestation")


@require_POST
def decide(request: SignedIn, number: int) -> HttpResponse:
    """镇核, or 退回 with a reason."""
    found = Attestation.objects.filter(pk=number).select_related("place").first()
    if found is None or found.ledger not in catalogue().ledgers:
        raise NotVisible("没有这一页，或者不归你的岗位看。")
    ledger = catalogue().ledgers[found.ledger]
    post = post_for(request.user, Permission.ATTEST_CHECK, ledger, found.place)
    try:
        if "back" in request.POST:
            reason = request.POST.get("reason", "")
            services.send_back(
                attestation=found, by=request.user, at=now(), reason=reason, post=post
            )
        else:
            services.check(attestation=found, by=request.user, at=now(), post=post)
    except NotVisible:
        raise
    except UserError as error:
        messages.error(request, str(error))
    return redirect(_back(request))


def _back(request: SignedIn) -> str:
    """Where the button was pressed, if that is a page of this site."""
    url = request.POST.get("next", "")
    hosts = {request.get_host()}
    return url if url_has_allowed_host_and_scheme(url, hosts) else reverse("ledgers:check")
