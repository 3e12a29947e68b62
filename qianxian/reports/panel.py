"""One figure of a report, told: what it is, how it is counted, what it was, why it moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from qianxian.core import gate
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import place_tree, township_of
from qianxian.indicators.models import ReportedFigure
from qianxian.indicators.printing import plain, printed_figure
from qianxian.indicators.source import source_of
from qianxian.ledgers.models import Entry
from qianxian.reports.binding import BoundFigure
from qianxian.reports.models import Report, ReportFigure, SourceReport
from qianxian.reports.queries import Look
from qianxian.reports.slots import Form
from qianxian_engine import Change, explain
from qianxian_packs import Catalogue, Indicator, Ledger

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_SENTENCE_LENGTH = 120
# So many changed records are told one by one; the rest are on the figure's own page.
_TOLD = 8
_AT_DATE = {"count": "{on}在期间内的记录，数个数", "latest": "{on}最近一次的{field}"}
_SUMS = {"sum": "{on}在期间内的{field}，加起来", "distinct": "{on}在期间内的，同一{field}只算一次"}


@dataclass(frozen=True, slots=True)
class WhyItem:
    """One record whose part in the figure changed; `entry` only where the reader may see it."""

    what: str
    entry: Entry | None
    commit: Commit | None


@dataclass(frozen=True, slots=True)
class Why:
    came: int
    went: int
    changed: int
    items: tuple[WhyItem, ...]

    @property
    def hidden(self) -> int:
        return self.came + self.went + self.changed - len(self.items)


@dataclass(frozen=True, slots=True)
class Source:
    """The old report that a figure was printed in, and its sentence."""

    title: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Before:
    """Last year's figure: as it was printed (and in which report), as it is counted today."""

    printed: str
    computed: str
    chosen: str
    differs: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What the card beside the text says of a figure."""

    key: str
    name: str
    text: str
    seen: str
    seen_at: datetime | None
    is_missing: bool
    is_stale: bool
    formula: str
    note: str
    scope: str
    records: int
    form: str
    target: str
    before: Before | None
    coverage: tuple[tuple[str, bool], ...]
    missing: tuple[str, ...]
    ask_url: str
    why: Why | None = None
    now: str = ""


def panel(look: Look, key: str, user: User, on: date) -> Panel | None:
    """The panel of one slot, or None where the report has no such figure."""
    bound = look.figures.get(key)
    if bound is None:
        return None
    report = look.report
    seen = next((f for f in report.figures.all() if f.key == key), None)
    is_stale = seen is not None and seen.text != bound.text
    names = _names(bound)
    return Panel(
        key=key,
        name=bound.name,
        text=seen.text if report.is_published and seen else bound.text,
        seen=seen.text if seen else "",
        seen_at=report.published_at or report.written_at,
        now=bound.text,
        is_missing=bound.is_missing,
        is_stale=is_stale,
        formula=formula_of(bound, look.reading.catalogue),
        note=_note(bound, look.reading.catalogue),
        scope=f"{bound.place}，{bound.period.label()}",
        records=seen.records if report.is_published and seen else bound.records,
        form=bound.slot.form,
        target=_target(bound),
        before=_before(bound),
        coverage=_coverage(bound, names),
        missing=tuple(names.get(code, code) for code in bound.missing_places),
        ask_url=_ask_url(bound, user, on, look.reading.catalogue),
        why=why(report, bound, look, user, on) if is_stale else None,
    )


def _names(bound: BoundFigure) -> dict[str, str]:
    covered = bound.figure.coverage if bound.figure else None
    codes = [*covered.attested, *covered.missing] if covered else []
    rows = Place.objects.filter(code__in=codes) if codes else ()
    return {row.code: row.name for row in rows}


def _coverage(bound: BoundFigure, names: dict[str, str]) -> tuple[tuple[str, bool], ...]:
    covered = bound.figure.coverage if bound.figure else None
    if covered is None or bound.slot.form in (Form.TARGET, Form.NEXT_TARGET):
        return ()
    told = [(code, True) for code in covered.attested] + [(c, False) for c in covered.missing]
    return tuple((names.get(code, code), is_in) for code, is_in in sorted(told))


def _note(bound: BoundFigure, catalogue: Catalogue) -> str:
    indicator = catalogue.indicators.get(bound.slot.name)
    return indicator.note if indicator else ""


def _target(bound: BoundFigure) -> str:
    if bound.target is None:
        return ""
    source = f"，依据：{bound.target.source}" if bound.target.source else ""
    unit = bound.figure.unit if bound.figure else ""
    return f"{plain(bound.target.value)}{unit}（{bound.target.period.label()}）{source}"


def _before(bound: BoundFigure) -> Before | None:
    base = bound.base
    if base is None or bound.slot.form not in (Form.VALUE, Form.GROWTH):
        return None
    computed = printed_figure(base.computed)
    if base.printed is None and computed is None:
        return None
    source = _source(base.printed) if base.printed else None
    return Before(
        base.printed.text if base.printed else "",
        computed.text if computed else "",
        base.choice,
        base.differs,
        source,
    )


def _source(figure: ReportedFigure) -> Source | None:
    rows = SourceReport.objects.filter(digest=figure.document)
    found = rows.values("pk", "title", "reading__repaired").first()
    if found is None:
        return None
    line = found["reading__repaired"][figure.line - 1]
    sentences = [part.strip() for part in _SENTENCE.findall(line)]
    sentence = next((part for part in sentences if figure.text in part), "")
    url = reverse("reports:source", args=[found["pk"]])
    return Source(found["title"], f"{url}?tab=figures", sentence[:_SENTENCE_LENGTH])


def _ask_url(bound: BoundFigure, user: User, on: date, catalogue: Catalogue) -> str:
    """The figure's page in its own room, for whoever may see figures of its line there."""
    indicator = catalogue.indicators.get(bound.slot.name)
    if indicator is None or bound.slot.form is Form.OVERDUE:
        return ""
    if not gate.can(user, Permission.FIGURE_VIEW, line=indicator.line, place=bound.place, on=on):
        return ""
    period = str(bound.figure.period) if bound.figure else str(bound.period)
    return reverse("indicators:figure", args=[indicator.id, bound.place.code, period])


def formula_of(bound: BoundFigure, catalogue: Catalogue) -> str:
    """How the figure is counted, in words."""
    if bound.slot.form is Form.OVERDUE:
        return f"{catalogue.ledgers[bound.slot.name].name}里过了期限还没办结的，数个数"
    indicator = catalogue.indicators[bound.slot.name]
    counted = counted_as(indicator, catalogue)
    return {
        Form.VALUE: counted,
        Form.GROWTH: "（今年 − 去年同期）÷ 去年同期",
        Form.TARGET: "计划里定的任务",
        Form.NEXT_TARGET: "下一期计划里定的任务",
        Form.PROGRESS: "完成 ÷ 任务",
        Form.GAP: "任务 − 完成",
    }[bound.slot.form]


def counted_as(indicator: Indicator, catalogue: Catalogue) -> str:
    if indicator.numerator and indicator.denominator:
        parts = [catalogue.indicators[i].name for i in (indicator.numerator, indicator.denominator)]
        return " ÷ ".join(parts)
    ledger = catalogue.ledgers[indicator.from_ or ""]
    if indicator.during:
        start, end = (_label(ledger, name) for name in indicator.during)
        return f"{ledger.name}：期末已有{start}、还没有{end}的，数个数"
    words = {**_AT_DATE, **_SUMS}[indicator.value.kind]
    said = words.format(
        on=_label(ledger, indicator.on), field=_label(ledger, indicator.value.field)
    )
    return f"{ledger.name}：{said}"


def _label(ledger: Ledger, name: str | None) -> str:
    if name == "subject":
        return "户"
    return next((f.label for f in ledger.fields if f.name == name), name or "")


def why(report: Report, bound: BoundFigure, look: Look, user: User, on: date) -> Why | None:
    """Which records made a figure move between what the report saw and what is looked at now."""
    if bound.figure is None or bound.slot.form in (Form.TARGET, Form.NEXT_TARGET):
        return None
    township = township_of(report.place)
    told = explain(
        look.reading.catalogue,
        bound.slot.name,
        bound.place.code,
        report.period,
        as_of_1=report.as_of,
        as_of_2=look.reading.as_of,
        source=source_of(township),
        tree=place_tree(township),
    )
    changes = [
        *(("不再算进来", c) for c in told.went),
        *(("算进来了", c) for c in told.came),
        *(("算进来的数变了", c) for c in told.changed),
    ]
    items = _items(changes[:_TOLD], township, user, on)
    return Why(len(told.came), len(told.went), len(told.changed), items)


def _items(
    changes: list[tuple[str, Change]], township: Place, user: User, on: date
) -> tuple[WhyItem, ...]:
    entries = {
        e.pk.hex: e
        for e in Entry.objects.visible_to(user, on)
        .filter(pk__in=[c.entry for _, c in changes])
        .select_related("place__parent")
    }
    numbers = {c.commits[-1] for _, c in changes if c.commits}
    commits = {c.number: c for c in Commit.objects.filter(stream=township.pk, number__in=numbers)}
    return tuple(
        WhyItem(what, entries.get(c.entry), commits.get(c.commits[-1]) if c.commits else None)
        for what, c in changes
    )


def seen_figure(report: Report, key: str) -> ReportFigure | None:
    return next((f for f in report.figures.all() if f.key == key), None)
