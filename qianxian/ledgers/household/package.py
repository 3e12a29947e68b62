"""一户一套餐: each risk that was declared beside the measures that answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from qianxian.core.parts import FindingCard
from qianxian.ledgers import values
from qianxian.ledgers.checks import has_ended
from qianxian.ledgers.household.members import record_url
from qianxian.ledgers.household.names import MEASURE, MONITORING
from qianxian.ledgers.household.reading import Home
from qianxian.ledgers.models import Entry

_PROPOSALS = Path(__file__).with_name("proposals.yaml")
# Kind of the monitored → the kind of household that it can only be.
_HOUSEHOLD_OF = {"脱贫不稳定户": "脱贫户", "边缘易致贫户": "一般农户"}


@dataclass(frozen=True, slots=True)
class Proposals:
    """Kinds of measures that offices name for a risk. A person chooses; nothing is filled in."""

    basis: str
    is_confirmed: bool
    kinds: Mapping[str, tuple[str, ...]]


@cache
def proposals() -> Proposals:
    told = yaml.safe_load(_PROPOSALS.read_text(encoding="utf-8"))
    kinds = {risk: tuple(found) for risk, found in told["kinds"].items()}
    return Proposals(told["basis"], told["confirmed"], kinds)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `counts` says whether it hangs on this monitoring, which guards look at."""

    entry: Entry
    kind: str
    content: str
    helper: str
    started_on: date | None
    amount: Decimal | None
    is_solved: bool
    solved_on: date | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Risk:
    name: str
    is_declared: bool
    measures: tuple[Measure, ...]
    proposed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """The risks of one monitoring with their measures; `earlier` counts those of times before."""

    monitoring: Entry | None
    risks: tuple[Risk, ...]
    earlier: int
    record_url: str
    proposals: Proposals

    @property
    def bare(self) -> int:
        """Declared risks without a measure."""
        return sum(risk.is_declared and not risk.measures for risk in self.risks)

    @property
    def proposes(self) -> bool:
        return any(risk.proposed for risk in self.risks)


def package_of(home: Home) -> Package | None:
    """None where the reader sees neither a monitoring nor a measure."""
    rows, matter = home.of(MEASURE), home.monitoring
    if matter is None and not rows:
        return None
    own = [row for row in rows if row.parent_id is None or (matter and row.parent_id == matter.pk)]
    found = [_measure(row, matter) for row in own]
    is_open = matter is not None and not has_ended(matter)
    declared = _declared(matter)
    risks = [
        Risk(
            name,
            name in declared,
            tuple(m for m in found if m.entry.data.get("risk") == name),
            () if not is_open else proposals().kinds.get(name, ()),
        )
        for name in dict.fromkeys([*declared, *(str(m.entry.data.get("risk")) for m in found)])
    ]
    may_record = is_open and home.may_record(MEASURE)
    url = record_url(MEASURE, home.household, parent=matter) if may_record else ""
    return Package(matter, tuple(map(_bare_only, risks)), len(rows) - len(own), url, proposals())


def _bare_only(risk: Risk) -> Risk:
    """Kinds are proposed only for a risk that nothing answers yet."""
    return Risk(risk.name, risk.is_declared, risk.measures) if risk.measures else risk


def _declared(matter: Entry | None) -> tuple[str, ...]:
    return tuple(matter.data.get("risks") or ()) if matter else ()


def _measure(row: Entry, matter: Entry | None) -> Measure:
    told = values.loaded(row.definition, row.data)
    return Measure(
        entry=row,
        kind=told.get("kind") or "",
        content=told.get("content") or "",
        helper=told.get("helper") or "",
        started_on=told.get("started_on"),
        amount=told.get("amount"),
        is_solved=bool(told.get("is_solved")),
        solved_on=told.get("solved_on"),
        counts=matter is None or row.parent_id == matter.pk,
    )


@dataclass(frozen=True, slots=True)
class Assured:
    """One of the things that must be assured; None where nobody has looked yet."""

    label: str
    holds: bool | None


def assured(matter: Entry | None) -> list[Assured]:
    """三保障和饮水, as the monitoring says."""
    if matter is None:
        return []
    fields = (matter.definition.by_name.get(name) for name in _ASSURED)
    return [Assured(f.label, matter.data.get(f.name)) for f in fields if f]


_ASSURED = ("education_ok", "medical_ok", "housing_ok", "water_ok")


def kind_findings(home: Home) -> list[FindingCard]:
    """Whether the kind of the monitored fits the kind of the household."""
    matter, kind = home.monitoring, home.household.data.get("kind")
    if matter is None or not kind or has_ended(matter):
        return []
    monitored = str(matter.data.get("object_kind", ""))
    wanted = _HOUSEHOLD_OF.get(monitored, kind)
    if wanted == kind:
        return []
    reason = (
        f"监测写{monitored}，那要是{wanted}；底册写的是{kind}。请核对县里的名单，改对不上的一头。"
    )
    return [FindingCard("监测类别和户类型对不上", reason, fix_url=matter.get_absolute_url())]


def times(home: Home) -> Iterable[Entry]:
    """Earlier times that the household was monitored."""
    return [row for row in home.of(MONITORING) if row != home.monitoring]
