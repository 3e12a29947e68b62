"""Figures: an indicator for a place and a period, as of any commit, and the records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from qianxian.api.calling import Called, Caller
from qianxian.api.schemas import FigureOut, FigureRows
from qianxian.api.shown import entries_as_json
from qianxian.api.views.common import ERRORS, place_named
from qianxian.api.views.definitions import covers
from qianxian.core.errors import NotVisible
from qianxian.core.models import Place
from qianxian.core.queries import commit_of, township_of
from qianxian.indicators.asking import home_of
from qianxian.indicators.queries import Reading, require_figure
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_engine import TraceRow
from qianxian_figures import BadPeriod, Coverage, Figure, Period, Rows
from qianxian_packs import Indicator

router = Router(tags=["数字"])
_NOT_HERE = "没有这个数，或者不归你的岗位看。"
# A longer course has no use and would keep the machine busy, month by month.
_LONGEST = 120
_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, once everything in it is known to be there."""

    reading: Reading
    indicator: Indicator
    place: Place
    period: Period

    def figure(self) -> Figure:
        return self.reading.figures([self.indicator.id], [self.place.code], [self.period])[0]


@router.get("/{indicator}/figure", response={200: FigureOut, **ERRORS}, summary="问一个数")
def figure(
    request: Called, indicator: str, place: str = "", period: str = "", as_of: int | None = None
) -> dict[str, Any]:
    """period 写 2026、2026-H1、2026-Q3、2026-10 或 2026-01-01/2026-10-15，不写是今年到今天。"""
    asked = _asked(request.auth, indicator, place, period, as_of)
    return _figure(request, asked)


def _asked(caller: Caller, indicator_id: str, code: str, period: str, as_of: int | None) -> Asked:
    place = place_named(code) if code else home_of(caller.user, caller.on)
    # Figures are of a township's stream; what stands above one has none.
    if place is None or place.level == Place.Level.COUNTY:
        raise NotVisible(_NOT_HERE)
    reading = _reading(place, as_of)
    indicator = reading.catalogue.indicators.get(indicator_id)
    if indicator is None or not covers(caller, indicator):
        raise NotVisible(_NOT_HERE)
    require_figure(caller.user, indicator, place, caller.on)
    return Asked(reading, indicator, place, _period(period, caller))


def _reading(place: Place, as_of: int | None) -> Reading:
    now = Reading.of(township_of(place))
    if as_of is None:
        return now
    if not 0 < as_of <= now.as_of:
        raise InvalidEntry({"as_of": f"没有第 {as_of} 号提交，最新的是第 {now.as_of} 号。"})
    return Reading.of(township_of(place), as_of)


def _period(text: str, caller: Caller) -> Period:
    try:
        found = Period.of(text) if text else Period.year_to(caller.on)
    except BadPeriod as error:
        says = f"“{text}”不是一段时间。写成 2026、2026-H1、2026-Q3 或 2026-10 这样。"
        raise InvalidEntry({"period": says}) from error
    if len(found.months()) > _LONGEST:
        raise InvalidEntry({"period": f"最多问 {_LONGEST} 个月。"})
    return found


def _figure(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    found, as_of = asked.figure(), asked.reading.as_of
    commit = commit_of(asked.place, as_of)
    args = [asked.indicator.id, asked.place.code, str(asked.period)]
    page = reverse("indicators:figure", args=args)
    rows = reverse("api-1:figure_rows", args=args[:1])
    return {
        "indicator": asked.indicator.id,
        "name": asked.indicator.name,
        "value": _text(found),
        "unit": found.unit,
        "parts": [{"measure": p.measure, "value": _text(p), "unit": p.unit} for p in found.parts],
        "place": asked.place.code,
        "period": str(asked.period),
        "as_of": {"commit": as_of, "at": commit.at if commit else None},
        "coverage": _covered(found.coverage),
        "records": found.provenance.count if isinstance(found.provenance, Rows) else None,
        "records_url": request.build_absolute_uri(f"{page}?as_of={as_of}"),
        "rows_url": request.build_absolute_uri(
            f"{rows}?place={asked.place.code}&period={asked.period}&as_of={as_of}"
        ),
    }


def _text(figure: Figure) -> str | None:
    """Exact, as it was finished; None is not known."""
    return None if figure.value is None else f"{figure.value:f}"


def _covered(coverage: Coverage | None) -> dict[str, Any] | None:
    if coverage is None:
        return None
    return {
        "attested": list(coverage.attested),
        "missing": list(coverage.missing),
        "expected": coverage.expected,
        "full": coverage.is_full,
    }


@router.get(
    "/{indicator}/rows",
    response={200: FigureRows, **ERRORS},
    summary="一个数是从哪些记录来的",
    url_name="figure_rows",
)
def rows(
    request: Called,
    indicator: str,
    place: str = "",
    period: str = "",
    as_of: int | None = None,
    after: int = 0,
) -> dict[str, Any]:
    """只给能看的记录，看不到的只说有几条；数本身不因人而变。"""
    caller = request.auth
    asked = _asked(caller, indicator, place, period, as_of)
    found = asked.reading.trace(asked.indicator.id, asked.place.code, asked.period)
    first = max(after, 0)
    part = found[first : first + _A_PAGE]
    told = _rows(caller, part)
    more = first + _A_PAGE
    return {
        "rows": told,
        "hidden": len(part) - len(told),
        "next": str(more) if more < len(found) else None,
    }


def _rows(caller: Caller, part: Sequence[TraceRow]) -> list[dict[str, Any]]:
    visible = Entry.objects.visible_to(caller.user, caller.on)
    rows = visible.filter(pk__in=[row.entry for row in part])
    entries = [entry for entry in rows if caller.token.covers(entry.ledger)]
    shown = {row["id"].hex: row for row in entries_as_json(entries, caller)}
    return [
        {
            "indicator": row.indicator,
            "commit": row.from_commit,
            "amount": None if row.amount is None else f"{row.amount:f}",
            "entry": shown[row.entry],
        }
        for row in part
        if row.entry in shown
    ]
