"""Slots of a report bound to figures: computed once, worded once, with where each came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count

from qianxian.core.models import Place
from qianxian.indicators.models import ReportedFigure, Target
from qianxian.indicators.printing import Printed, printed, printed_figure
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.reports.slots import ABOUT_TARGETS, BadSlot, Form, Slot, figure_slots
from qianxian_figures import Bound, Figure, Kind, Period, Rows, Status, canonical, growth, rounded

# What a figure about an indicator is called where it is missing.
_NAMES = {
    Form.GROWTH: "同比",
    Form.TARGET: "任务",
    Form.PROGRESS: "完成率",
    Form.GAP: "任务缺口",
    Form.NEXT_TARGET: "下一期任务",
}
PRINTED, COMPUTED = "printed", "computed"


@dataclass(frozen=True, slots=True)
class Base:
    """Last year's figure: what was printed, what the records give today, which one growth uses."""

    printed: ReportedFigure | None
    computed: Figure
    choice: str

    @property
    def value(self) -> Decimal | None:
        if self.choice == PRINTED and self.printed is not None:
            return self.printed.value
        return self.computed.value

    @property
    def differs(self) -> bool:
        """Both are known and do not say the same."""
        return (
            self.printed is not None
            and self.computed.value is not None
            and self.printed.value != self.computed.value
        )


@dataclass(frozen=True, slots=True)
class BoundFigure:
    """A slot with its figure. `printed` is None where nothing is known: the slot says 待补.

    `figure` is the computed figure of the report's period, also behind a share or a growth;
    `phrase` are the words of a growth before and after its number, "" where it may not be told.
    """

    slot: Slot
    name: str
    place: Place
    period: Period
    value: Decimal | None = None
    unit: str = ""
    printed: Printed | None = None
    figure: Figure | None = None
    base: Base | None = None
    target: Target | None = None
    phrase: str = ""
    records: int = 0

    @property
    def key(self) -> str:
        return str(self.slot)

    @property
    def text(self) -> str:
        return self.printed.text if self.printed else ""

    @property
    def is_missing(self) -> bool:
        """Growth that may not be told is left out; every other figure is waited for."""
        return self.printed is None and self.slot.form is not Form.GROWTH

    @property
    def missing_places(self) -> tuple[str, ...]:
        covered = self.figure.coverage if self.figure else None
        return covered.missing if covered and self.printed else ()


@dataclass(frozen=True, slots=True)
class Ask:
    """What the figures of a report depend on, and nothing else."""

    place: Place
    period: Period
    bases: Mapping[str, str]
    on: date

    @property
    def told(self) -> Period:
        return told(self.period, self.on)


def told(period: Period, on: date) -> Period:
    """What a period can tell of on a day: a report written before its end tells of less."""
    return replace(period, end=min(period.end, on)) if on >= period.start else period


class _Known:
    """Everything that the slots of one report need, fetched in a fixed number of queries."""

    def __init__(self, ask: Ask, slots: Sequence[Slot], reading: Reading) -> None:
        self.ask, self.reading = ask, reading
        # A year that is not over is compared with the same days, never with a whole year.
        self.before = ask.told.a_year_before()
        codes = list(dict.fromkeys(slot.place or ask.place.code for slot in slots))
        self.places = {p.code: p for p in Place.objects.filter(code__in=codes)}
        self.places[ask.place.code] = ask.place
        names = [s.name for s in slots if s.form is not Form.OVERDUE]
        self.figures = _figures(reading, list(dict.fromkeys(names)), codes, ask.period, self.before)
        self.reported = _reported(names, codes, self.before)
        self.targets = _targets(names, codes, ask.period)
        self.overdue = _overdue(slots, self.places, ask)


def bind(template: str, ask: Ask, reading: Reading) -> dict[str, BoundFigure]:
    """Every figure slot of a template by its key, in the order of the text.

    Raises BadSlot for a slot that says nothing.
    """
    slots = figure_slots(template, reading.catalogue)
    _refuse_strange_places(slots, ask.place)
    known = _Known(ask, slots, reading)
    return {str(slot): _bound(known, slot) for slot in slots}


def _refuse_strange_places(slots: Iterable[Slot], place: Place) -> None:
    named = {slot.place for slot in slots if slot.place}
    if not named:
        return
    below = Place.objects.within(place.path).filter(code__in=named).values_list("code", flat=True)
    if strange := sorted(named - set(below)):
        raise BadSlot(f"代码{strange[0]}不是{place}下面的地方。写{place}自己的数，不用写地方。")


def _figures(
    reading: Reading, names: Sequence[str], codes: Sequence[str], *periods: Period
) -> dict[tuple[str, str, Period], Figure]:
    if not names:
        return {}
    found = reading.figures(names, codes, periods)
    keys = ((n, c, p) for n in names for c in codes for p in periods)
    return dict(zip(keys, found, strict=True))


def _reported(
    names: Iterable[str], codes: Iterable[str], period: Period
) -> dict[tuple[str, str], ReportedFigure]:
    """The printed figures of a period. One indicator printed twice differently is none."""
    rows = ReportedFigure.objects.filter(
        indicator__in=set(names),
        place__in=codes,
        start=period.start,
        end=period.end,
        status=Status.ACTUAL,
        bound=Bound.EXACT,
        kind__in=(Kind.LEVEL, Kind.RATE),
        high__isnull=True,
    )
    found: dict[tuple[str, str], ReportedFigure] = {}
    doubtful = set()
    for row in rows:
        key = (row.indicator, row.place_id)
        if found.setdefault(key, row).value != row.value:
            doubtful.add(key)
    return {key: row for key, row in found.items() if key not in doubtful}


def _targets(
    names: Iterable[str], codes: Iterable[str], period: Period
) -> dict[tuple[str, str, bool], Target]:
    """The target that the period lies in, and the first that starts after it (True in the key)."""
    rows = Target.objects.filter(
        indicator__in=set(names), place__in=codes, end__gte=period.end
    ).order_by("start", "end")
    found: dict[tuple[str, str, bool], Target] = {}
    for row in rows:
        follows = row.start > period.end
        if follows or row.start <= period.start:
            key = (row.indicator, row.place_id, follows)
            # Of several the closest: the shortest that holds the period, the first that follows.
            if key not in found or (not follows and row.end < found[key].end):
                found[key] = row
    return found


def _overdue(
    slots: Iterable[Slot], places: Mapping[str, Place], ask: Ask
) -> dict[tuple[str, str], int]:
    """Open matters past their date, by ledger, for each place that is asked about."""
    asked = {(s.name, s.place or ask.place.code) for s in slots if s.form is Form.OVERDUE}
    found = dict.fromkeys(asked, 0)
    for code in {code for _, code in asked}:
        rows = (
            overdue_matters(places[code], ask.on).values("ledger").annotate(n=Count("pk"))
        ).order_by("ledger")
        for row in rows:
            if (row["ledger"], code) in found:
                found[row["ledger"], code] = row["n"]
    return found


def overdue_matters(place: Place, on: date) -> EntryQuerySet:
    """Open matters of a place and below that are past their date on a day."""
    below = Place.objects.within(place.path).values("code")
    return Entry.objects.open_matters().filter(place__in=below, due_on__lt=on)


def _bound(known: _Known, slot: Slot) -> BoundFigure:
    place = known.places[slot.place or known.ask.place.code]
    if slot.form is Form.OVERDUE:
        return _bound_overdue(known, slot, place)
    indicator = known.reading.catalogue.indicators[slot.name]
    figure = known.figures[slot.name, place.code, known.ask.period]
    plain = BoundFigure(
        slot,
        (place.name if slot.place else "") + indicator.name + _NAMES.get(slot.form, ""),
        place,
        known.ask.period,
        value=figure.value,
        unit=figure.unit,
        printed=printed_figure(figure),
        figure=figure,
        base=_base(known, slot.name, place, figure),
        target=known.targets.get((slot.name, place.code, slot.form is Form.NEXT_TARGET)),
        records=_records(figure),
    )
    if slot.form in ABOUT_TARGETS:
        return _about_target(plain)
    return _grown(plain) if slot.form is Form.GROWTH else plain


def _records(figure: Figure) -> int:
    rows = [f.provenance for f in (figure, *figure.parts) if isinstance(f.provenance, Rows)]
    return rows[0].count if rows else 0


def _base(known: _Known, name: str, place: Place, figure: Figure) -> Base:
    reported = known.reported.get((name, place.code))
    if reported is not None and canonical(reported.unit) != canonical(figure.unit):
        reported = None
    choice = known.ask.bases.get(_base_key(name, place, known.ask.place), PRINTED)
    if reported is None:
        choice = COMPUTED
    return Base(reported, known.figures[name, place.code, known.before], choice)


def _base_key(name: str, place: Place, own: Place) -> str:
    return str(Slot(name, place="" if place.code == own.code else place.code))


def _about_target(bound: BoundFigure) -> BoundFigure:
    target = bound.target
    if target is None:
        return replace(bound, value=None, printed=None)
    if bound.slot.form in (Form.TARGET, Form.NEXT_TARGET):
        value: Decimal | None = target.value.normalize()
        said = printed(target.value, bound.unit)
        return replace(bound, value=value, printed=said, period=target.period, records=0)
    if bound.value is None or not target.value:
        return replace(bound, value=None, printed=None)
    if bound.slot.form is Form.GAP:
        lacking = max(target.value - bound.value, Decimal(0))
        return replace(bound, value=lacking, printed=printed(lacking, bound.unit))
    share = bound.value * 100 / target.value
    return replace(bound, value=share, unit="%", printed=printed(share, "%"))


def _grown(bound: BoundFigure) -> BoundFigure:
    """Growth against last year's figure of the same definition; nothing without one."""
    figure, base = bound.figure, bound.base
    nothing = replace(bound, value=None, unit="%", printed=None, phrase="")
    if figure is None or base is None or base.value is None or figure.value is None:
        return nothing
    grown = growth(figure, replace(base.computed, value=base.value))
    if grown.value is None:
        return nothing
    more = rounded(grown.value, 1)
    if not more:
        return replace(nothing, value=grown.value, phrase="，与去年同期持平")
    in_points = grown.unit == "百分点"
    way = ("提高" if more > 0 else "下降") if in_points else ("增长" if more > 0 else "下降")
    lead = "，比去年同期" if in_points else "，同比"
    return replace(
        bound,
        value=grown.value,
        unit=grown.unit,
        printed=printed(abs(grown.value), grown.unit),
        phrase=f"{lead}{way}{bound.slot.written}",
    )


def _bound_overdue(known: _Known, slot: Slot, place: Place) -> BoundFigure:
    count = known.overdue[slot.name, place.code]
    ledger = known.reading.catalogue.ledgers[slot.name]
    return BoundFigure(
        slot,
        f"{ledger.name}超期未办结",
        place,
        known.ask.period,
        value=Decimal(count),
        unit="件",
        printed=printed(Decimal(count), "件"),
        records=count,
    )
