"""问个数: everything that the page shows about one indicator, place and period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import villages
from qianxian.indicators.light import Light, light
from qianxian.indicators.models import Target
from qianxian.indicators.queries import Reading
from qianxian.indicators.sentence import Said
from qianxian.ledgers.models import Attestation
from qianxian_figures import Figure, Period
from qianxian_packs import Indicator


@dataclass(frozen=True, slots=True)
class Line:
    """One place's row: the figure, its course by month, last year's, target and light."""

    place: Place
    figure: Figure
    before: Figure
    course: tuple[Decimal | None, ...]
    plan: tuple[Decimal | None, ...]
    target: Decimal | None
    light: Light | None
    attested_on: date | None

    @property
    def name(self) -> str:
        """The village; one that was merged away since says into which."""
        into = self.place.successor
        return f"{self.place}（并入{into}）" if into else str(self.place)

    @property
    def done_percent(self) -> Decimal | None:
        return self.light.done_percent if self.light else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole and its villages. `growth` stands only where both years have a figure."""

    indicator: Indicator
    period: Period
    whole: Line
    villages: tuple[Line, ...]
    months: tuple[Period, ...]
    as_of: int

    @property
    def missing(self) -> list[str]:
        return [v.place.name for v in self.villages if v.attested_on is None]

    @property
    def heard(self) -> int:
        return len(self.villages) - len(self.missing)

    @property
    def cells(self) -> list[tuple[str, bool]]:
        """Village and whether it has reported in full, for the strip."""
        return [(v.place.name, v.attested_on is not None) for v in self.villages]

    def said(self) -> Said:
        coverage = self.whole.figure.coverage
        names = {v.place.code: v.place.name for v in self.villages}
        missing = [names.get(code, code) for code in coverage.missing] if coverage else []
        return Said(
            indicator=self.indicator,
            figure=self.whole.figure,
            period=self.period,
            place=_said_place(self.whole.place),
            target=self.whole.target,
            before=self.whole.before,
            missing=missing,
            expected=coverage.expected if coverage else 0,
        )


def _said_place(place: Place) -> str:
    if place.level != Place.Level.TOWNSHIP:
        return place.name
    return "全乡" if place.name.endswith("乡") else "全镇"


def answer(indicator: Indicator, place: Place, period: Period, reading: Reading) -> Answer:
    """Compute the page: one request for values, one for the course by month."""
    below = _standing(place, period) if place.level == Place.Level.TOWNSHIP else []
    places = [place, *below]
    months = tuple(_cumulative(indicator, month) for month in period.months())
    periods = [period, period.a_year_before(), *months]
    figures = reading.figures([indicator.id], [p.code for p in places], periods)
    targets = _targets(indicator, places, period)
    heard = _attested(indicator, reading, below, period)
    width = len(periods)
    lines = [
        _line(
            indicator, p, figures[n * width : (n + 1) * width], targets.get(p.code), months, heard
        )
        for n, p in enumerate(places)
    ]
    return Answer(indicator, period, lines[0], tuple(lines[1:]), months, reading.as_of)


def _standing(township: Place, period: Period) -> list[Place]:
    """Villages that stood on some day of the period: the rows then add up to the whole."""
    return [
        v
        for v in villages(township)
        if (v.valid_to is None or v.valid_to >= period.start)
        and (v.valid_from is None or v.valid_from <= period.end)
    ]


def _cumulative(indicator: Indicator, month: Period) -> Period:
    # The course of a flow is what has added up since January; a stock or a rate has its own month.
    return Period(date(month.start.year, 1, 1), month.end) if indicator.kind == "flow" else month


def _line(
    indicator: Indicator,
    place: Place,
    figures: Sequence[Figure],
    target: Target | None,
    months: Sequence[Period],
    heard: dict[str, date],
) -> Line:
    figure, before, *course = figures
    period = figure.period or months[-1]
    curve = tuple(Decimal(c) for c in target.curve) if target else ()
    shown = None
    if target and indicator.kind == "flow":
        shown = light(
            value=figure.value,
            target=target.value,
            period=target.period,
            on=period.end,
            curve=curve,
        )
    plan = (
        tuple(
            light(
                value=None, target=target.value, period=target.period, on=m.end, curve=curve
            ).due_value
            for m in months
        )
        if target
        else ()
    )
    return Line(
        place=place,
        figure=figure,
        before=before,
        course=tuple(f.value for f in course),
        plan=plan,
        target=target.value if target else None,
        light=shown,
        attested_on=heard.get(place.code) if _is_covered(figure) else None,
    )


def _is_covered(figure: Figure) -> bool:
    return figure.coverage is not None and figure.coverage.is_full


def _targets(indicator: Indicator, places: Iterable[Place], period: Period) -> dict[str, Target]:
    rows = Target.objects.filter(
        indicator=indicator.id,
        place__in=[p.code for p in places],
        start__lte=period.start,
        end__gte=period.end,
    )
    return {row.place_id: row for row in rows}


def _attested(
    indicator: Indicator, reading: Reading, below: Iterable[Place], period: Period
) -> dict[str, date]:
    """Village → the day on which it attested the last month that the period needs."""
    ledger = indicator.from_ or reading.catalogue.indicators[indicator.numerator or ""].from_
    rows = Attestation.objects.filter(
        ledger=ledger,
        place__in=[p.code for p in below],
        returned_at__isnull=True,
        start__lte=period.end,
        end__gte=period.start,
    ).order_by("end")
    return {row.place_id: row.attested_at.astimezone().date() for row in rows}


def home_of(user: User, on: date) -> Place | None:
    """The highest place whose figures the user may see, where a question starts."""
    reach = sorted(r.path for r in gate.reaches(user, Permission.FIGURE_VIEW, on))
    if not reach:
        return None
    place = Place.objects.get(path=min(reach, key=len))
    if place.level == Place.Level.COUNTY:
        return place.children.filter(level=Place.Level.TOWNSHIP).first() or place
    return place
