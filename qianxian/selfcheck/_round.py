"""The stages of the check, each of which leaves something for the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue, record_definitions
from qianxian.core.models import Post
from qianxian.indicators.models import ReportedFigure
from qianxian.indicators.queries import Reading
from qianxian.ledgers.attestation import attest, check, entries_in, is_attested
from qianxian.plans.models import Plan
from qianxian.plans.services import proposed_split, split_target
from qianxian.reports.models import SourceReport
from qianxian.reports.services import accept_tasks, read_report
from qianxian.reports.services.sources import Taken
from qianxian.reports.tasks import plan_period, proposals
from qianxian.selfcheck._figures_read import Sorted
from qianxian.selfcheck._options import Options
from qianxian.selfcheck._profiles import Profile, mix, profiles
from qianxian.selfcheck._records import Recorder
from qianxian.selfcheck._town import CLERK, Town
from qianxian.selfcheck._values import Unfit
from qianxian_figures import Period, Rows, rounded
from qianxian_reader import Document


class Failed(Exception):
    """Something does not agree; the message is the sentence for the person."""


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), timezone.get_current_timezone())


def year_after(period: Period) -> Period:
    """The same days a year later: the period of the report that is to be written."""
    if str(period).isdigit():
        return Period.year(period.start.year + 1)
    later = Period(*(_later(day) for day in (period.start, period.end)))
    return Period(later.start, later.end)


def _later(day: date) -> date:
    end = (day + timedelta(days=1)).day == 1
    first = day.replace(day=1, year=day.year + 1)
    if not end:
        return day.replace(year=day.year + 1)
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@dataclass(slots=True)
class Round:
    """One time round the loop."""

    options: Options
    document: Document
    data: bytes
    period: Period
    sorted: Sorted
    town: Town
    recorders: list[Recorder] = field(default_factory=list)

    @property
    def next_period(self) -> Period:
        return year_after(self.period)


def define(round_: Round) -> None:
    day = round_.period.start - timedelta(days=1)
    record_definitions(township=round_.town.place, by=Actor("selfcheck", "自检"), at=at(day))


def record_last_year(round_: Round) -> Recorder:
    """Entries that say what the report says, as far as they can be found."""
    recorder = Recorder(round_.town, round_.period, at(round_.period.end - timedelta(days=2), 8))
    round_.recorders.append(recorder)
    by_ledger: dict[str, dict[str, Decimal]] = {}
    for name, value in round_.sorted.wanted.items():
        if ledger := catalogue().indicators[name].from_:
            by_ledger.setdefault(ledger, {})[name] = value
    for ledger, wanted in by_ledger.items():
        found = mix(wanted, catalogue().ledgers[ledger], catalogue())
        for name, why in found.missed.items():
            round_.sorted.carry(name, why)
        try:
            for profile, count in found.counts.items():
                recorder.make(profile, count)
        except Unfit as error:
            for name in wanted:
                round_.sorted.carry(name, f"自检不会造这一栏：{error}")
    _attest(round_, round_.period)
    return recorder


def record_this_year(round_: Round) -> Recorder:
    """Some entries of every ledger that an indicator counts, most of them brought to their end."""
    day = round_.next_period.end - timedelta(days=2)
    # Numbers of last year are not used again: they are the keys of registers.
    used = round_.recorders[-1].number
    recorder = Recorder(round_.town, round_.next_period, at(day, 8), number=used)
    round_.recorders.append(recorder)
    ledgers = sorted({one.from_ for one in catalogue().indicators.values() if one.from_})
    for name in ledgers:
        shapes = _spread(profiles(catalogue().ledgers[name], catalogue()))
        for profile in shapes:
            count = _this_year(round_, profile, is_first=profile is shapes[0])
            try:
                recorder.make(profile, count)
            except Unfit:
                break
    _attest(round_, round_.next_period)
    return recorder


def _spread(shapes: Sequence[Profile]) -> list[Profile]:
    """Every choice at the furthest state, and every state with the first choice."""
    return [
        shape
        for shape in shapes
        if shape.state == shapes[0].state or shape.choices == shapes[0].choices
    ]


def _this_year(round_: Round, profile: Profile, *, is_first: bool) -> int:
    villages = len(round_.town.villages)
    # There are fifty ledgers, and each shape of each walks its steps: one shows what it counts as.
    if not is_first:
        return 1
    before = [
        int(value)
        for name, value in round_.sorted.wanted.items()
        if catalogue().indicators[name].from_ == profile.ledger
    ]
    return max(villages, min(max(before, default=0) // 4, 100)) + 3


def _attest(round_: Round, period: Period) -> None:
    """Every village gives its word for every ledger, and the township checks it."""
    town = round_.town
    for n, (name, ledger) in enumerate(sorted(catalogue().ledgers.items())):
        if not is_attested(ledger):
            continue
        for village in town.villages:
            post, clerk = town.posts[CLERK, village.code]
            done = attest(
                ledger=ledger,
                village=village,
                period=period,
                by=clerk,
                at=at(period.end + timedelta(days=1), 10) + timedelta(minutes=n),
                is_zero=not entries_in(name, village, period),
                post=post.pk,
            )
            moment = at(period.end + timedelta(days=1), 10) + timedelta(minutes=n)
            check(attestation=done, by=town.writer, at=moment)


def count_again(round_: Round) -> int:
    """Every figure that is to be recomputed, village by village; returns how many values."""
    names = list(round_.sorted.wanted)
    if not names:
        return 0
    town, period = round_.town, round_.period
    reading = Reading.of(town.place)
    codes = [town.place.code, *(v.code for v in town.villages)]
    found = reading.figures(names, codes, [period])
    again = reading.figures(names, codes, [period], engine="reference")
    for one, other in zip(found, again, strict=True):
        if one.value != other.value:
            raise Failed(
                f"两个引擎算的不一样：{one.measure} {one.place} {one.value}、{other.value}"
            )
    for number, name in enumerate(names):
        own = found[number * len(codes) : (number + 1) * len(codes)]
        indicator = catalogue().indicators[name]
        whole, parts = own[0], own[1:]
        if indicator.kind == "rate":
            _compare_rate(round_, name, whole.value)
            continue
        total = sum((p.value or Decimal(0) for p in parts), Decimal(0))
        if total != whole.value:
            raise Failed(f"{indicator.name}：各村合计{total}，全镇{whole.value}")
        if whole.value != round_.sorted.wanted[name]:
            raise Failed(
                f"{indicator.name}：报告写{round_.sorted.wanted[name]}，台账算出{whole.value}"
            )
        rows = whole.provenance.count if isinstance(whole.provenance, Rows) else 0
        traced = len(reading.trace(name, town.place.code, period))
        if rows < 2 or traced < 2:
            raise Failed(f"{indicator.name}：只找到{min(rows, traced)}条记录")
    return len(found)


def _compare_rate(round_: Round, name: str, value: Decimal | None) -> None:
    said = round_.sorted.wanted[name]
    decimals = max(0, -int(said.as_tuple().exponent))
    if value is None or rounded(value, decimals) != said:
        shown = "没有" if value is None else f"{rounded(value, 2)}%"
        indicator = catalogue().indicators[name]
        round_.sorted.said_twice.append(f"{indicator.name}：报告写{said}%，按台账是{shown}")
        round_.sorted.carry(name, "比率和分子分母算出来的对不上")


def keep_reading(round_: Round) -> SourceReport:
    """Through the product: the file, its figures with their spans, and the reading."""
    day = round_.period.end + timedelta(days=4)
    source = read_report(
        data=round_.data,
        name=round_.options.report.name,
        place=round_.town.place,
        by=round_.town.writer,
        at=at(day, 14),
        period=round_.period,
    )
    kept = {
        (row.line, row.begin, row.text[:60]): row.value
        for row in ReportedFigure.objects.filter(document=source.digest)
    }
    for index in list(round_.sorted.carried):
        one = round_.sorted.figures[index]
        line = round_.document.lines[one.span.line - 1]
        if line[one.span.start : one.span.end] != one.span.text:
            raise Failed(f"第{one.span.line}行“{one.span.text}”的位置不对")
        value = kept.get((one.span.line, one.span.start, one.span.text[:60]))
        if value is None or value != one.value.quantize(Decimal("0.000001")):
            raise Failed(f"第{one.span.line}行“{one.span.text}”没有照原样存下")
    return source


def make_plan(round_: Round, source: SourceReport) -> tuple[int, int]:
    """Tasks of the report into the plan, with targets split to villages: (tasks, targets)."""
    town = round_.town
    found = proposals(round_.document, catalogue())
    lead = next(iter(Post.objects.filter(place=town.place).order_by("code")), None)
    taken = {
        one.number: Taken(
            one.text, one.indicator, one.value if one.is_matched else None, lead, one.due_on
        )
        for one in found
    }
    if not taken:
        return 0, 0
    moment = at(round_.period.end + timedelta(days=4), 15)
    accept_tasks(source=source, taken=taken, by=town.writer, at=moment)
    period = plan_period(round_.document, round_.period)
    plan = Plan.objects.get(place=town.place, start=period.start, end=period.end)
    targets = 0
    for task in plan.tasks.exclude(indicator=""):
        value = next(o.value for o in found if o.indicator == task.indicator)
        shares = proposed_split(value or Decimal(0), dict.fromkeys(town.villages, 1))
        if shares:
            split_target(task=task, shares=shares, by=town.writer, at=moment + timedelta(minutes=5))
            targets += 1 + len(shares)
    return len(taken), targets
