"""问个数, and the page on which a figure shows its records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import commit_of, today, township_of
from qianxian.core.requests import SignedIn
from qianxian.indicators import asking, search
from qianxian.indicators.light import formula
from qianxian.indicators.queries import Reading, require_figure
from qianxian.indicators.sentence import sentence
from qianxian.ledgers.models import Entry
from qianxian_engine import TraceRow
from qianxian_figures import BadPeriod, Figure, Period
from qianxian_packs import Indicator

ROWS_A_PAGE = 50
# A longer course has no use on a page and would keep the machine busy, month by month.
_LONGEST = 120
_COMMIT_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Option:
    """One of several indicators that a word may mean."""

    indicator: Indicator
    figure: Figure
    url: str


@require_safe
def ask(request: SignedIn) -> HttpResponse:
    """Type a word, get the figure; several meanings are shown side by side, never guessed."""
    on = today()
    place = _place(request, on)
    question = request.GET.get("q", "").strip()
    context: dict[str, object] = {
        "question": question,
        "place": place,
        "periods": _periods(request, on),
        "period_text": request.GET.get("period", ""),
        "indicators": _visible(request.user, place, on),
    }
    if question:
        context |= _found(request, place, question, on)
    return render(request, "indicators/ask.html", context)


def _found(request: SignedIn, place: Place, question: str, on: date) -> dict[str, object]:
    period = _period(request.GET.get("period", ""), on)
    matches = search.found(question, _visible(request.user, place, on))
    reading = Reading.of(township_of(place))
    if len(matches) != 1:
        figures = reading.figures([m.id for m in matches], [place.code], [period])
        options = [
            Option(m, f, f"?q={m.name}&place={place.code}&period={request.GET.get('period', '')}")
            for m, f in zip(matches, figures, strict=True)
        ]
        return {"options": options, "period": period}
    answer = asking.answer(matches[0], place, period, reading)
    # A box without its tick is not sent, so the form says that it was used at all.
    everything = "chosen" not in request.GET
    with_before = everything or "before" in request.GET
    with_target = everything or "target" in request.GET
    return {
        "answer": answer,
        "period": period,
        "as_of": commit_of(place, reading.as_of),
        "formula": formula(),
        "with_before": with_before,
        "with_target": with_target,
        "sentence": sentence(answer.said(), on, with_target=with_target, with_before=with_before),
        "top": max((v for line in answer.villages for v in line.course if v), default=None),
    }


def _visible(user: User, place: Place, on: date) -> list[Indicator]:
    reach = gate.reaches(user, Permission.FIGURE_VIEW, on)
    return [
        i
        for i in catalogue().indicators.values()
        if any(r.covers(i.line, place.path) for r in reach)
    ]


def _place(request: SignedIn, on: date) -> Place:
    code = request.GET.get("place", "")
    if not code:
        home = asking.home_of(request.user, on)
        if home is None:
            raise Http404
        return home
    places = Place.objects.filter(gate.visible_places(request.user, Permission.FIGURE_VIEW, on))
    return get_object_or_404(places, code=code)


def _periods(request: SignedIn, on: date) -> list[tuple[str, str]]:
    half = Period.of(f"{on.year}-H1")
    last = Period.year(on.year - 1)
    month = Period(on.replace(day=1), on)
    found = [("", "今年到今天"), (str(month), f"{on.month}月到今天")]
    if half.end < on:
        found.append((str(half), half.label()))
    return [*found, (str(last), last.label())]


def _period(text: str, on: date) -> Period:
    try:
        found = Period.of(text) if text else Period.year_to(on)
    except BadPeriod:
        raise Http404 from None
    if len(found.months()) > _LONGEST:
        raise Http404
    return found


@require_safe
def figure(request: SignedIn, indicator_id: str, code: str, period_text: str) -> HttpResponse:
    """A figure and the records it was counted from, as of any commit."""
    on = today()
    # Figures are of a township's stream; what stands above one has none.
    place = get_object_or_404(Place.objects.exclude(level=Place.Level.COUNTY), code=code)
    period = _period(period_text, on)
    reading = Reading.of(township_of(place), _as_of(request))
    indicator = reading.catalogue.indicators.get(indicator_id)
    if indicator is None:
        raise Http404
    require_figure(request.user, indicator, place, on)
    found = reading.figures([indicator_id], [code], [period])[0]
    rows = reading.trace(indicator_id, code, period)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    shown = _entries(request.user, on, listed)
    context = {
        "indicator": indicator,
        "parts": [reading.catalogue.indicators[p] for p in _parts(indicator)],
        "place": place,
        "period": period,
        "figure": found,
        "page": page,
        "rows": shown,
        "hidden": len(listed) - len(shown),
        "as_of": commit_of(place, reading.as_of),
        "ask_url": f"{reverse('indicators:ask')}?q={indicator.name}&place={code}",
    }
    return render(request, "indicators/figure.html", context)


def _parts(indicator: Indicator) -> list[str]:
    return [p for p in (indicator.numerator, indicator.denominator) if p]


def _as_of(request: HttpRequest) -> int | None:
    text = request.GET.get("as_of", "")
    return int(text) if _COMMIT_NUMBER.fullmatch(text) else None


def _entries(user: User, on: date, rows: list[TraceRow]) -> list[tuple[TraceRow, Entry]]:
    """The rows whose entries the gate lets through; the rest are only counted."""
    visible = (
        Entry.objects.visible_to(user, on)
        .filter(pk__in=[row.entry for row in rows])
        .select_related("place__parent", "subject")
    )
    by_key = {entry.pk.hex: entry for entry in visible}
    return [(row, by_key[row.entry]) for row in rows if row.entry in by_key]
