"""The reference engine: plain Python, slow and obvious. What it says is what a definition means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from qianxian_engine._measure import Measure, Window, measure
from qianxian_engine._places import PlaceTree
from qianxian_engine._request import Cell, Parts, Request, TraceRow
from qianxian_engine._source import STOOD_FROM, STOOD_TO, LedgerSource
from qianxian_engine._versions import Version, stretches, versions_at
from qianxian_figures import Period
from qianxian_packs import Catalogue


class ReferenceEngine:
    """Looks at every version for every cell."""

    def parts(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Mapping[Cell, Parts]:
        found = {}
        for i, name in enumerate(request.indicators):
            asked = measure(catalogue, name)
            entries = _entries(asked, source, request.as_of)
            persons = _persons(asked, source, request.as_of)
            for p, place in enumerate(request.places):
                inside = set(tree.members(place, request.mode))
                for t, period in enumerate(request.periods):
                    rows = [e for e in entries if _is_let_in(asked, e, inside, period)]
                    if rows:
                        found[i, p, t] = _add_up(asked, rows, persons, period, tree)
        return found

    def rows(
        self, catalogue: Catalogue, request: Request, source: LedgerSource, tree: PlaceTree
    ) -> Sequence[TraceRow]:
        (name,), (place,), (period,) = request.indicators, request.places, request.periods
        asked = measure(catalogue, name)
        inside = set(tree.members(place, request.mode))
        entries = _entries(asked, source, request.as_of)
        rows = [e for e in entries if _is_let_in(asked, e, inside, period)]
        rows.sort(key=lambda e: _by_date_and_id(asked.window, e))
        amounts = _amounts(asked, rows, period, tree)
        return [
            TraceRow(name, e["entry"], e["from_commit"], a)
            for e, a in zip(rows, amounts, strict=True)
        ]


def _entries(asked: Measure, source: LedgerSource, as_of: int) -> list[Version]:
    """The entries that stand at a commit and that the filter lets in; null is not true."""
    entries = versions_at(source, asked.ledger, as_of)
    if asked.window.stands:
        entries = [stretch for entry in entries for stretch in stretches(entry)]
    where = asked.where
    return [e for e in entries if where is None or where.evaluate(e) is True]


def _persons(asked: Measure, source: LedgerSource, as_of: int) -> dict[str, Decimal]:
    """How many persons each entry of the register stands for."""
    register = asked.persons
    if register is None:
        return {}
    known = versions_at(source, register.ledger, as_of)
    return {e["entry"]: Decimal(e[register.field]) for e in known if e[register.field] is not None}


def _is_let_in(asked: Measure, entry: Version, inside: set[str], period: Period) -> bool:
    window = asked.window
    return (
        entry["place"] in inside
        and _belongs(window, entry, period)
        and (not window.stands or _stood(entry, _day_of(window, entry, period)))
    )


def _day_of(window: Window, entry: Version, period: Period) -> date:
    """The day on which an entry of a register must have stood."""
    own: date = entry[window.since] if window.is_flow else period.end
    return own


def _stood(entry: Version, day: date) -> bool:
    first, last = entry[STOOD_FROM], entry[STOOD_TO]
    return (first is None or first <= day) and (last is None or day < last)


def _belongs(window: Window, entry: Version, period: Period) -> bool:
    if not window.since:
        return True
    since: date | None = entry[window.since]
    if since is None:
        return False
    if window.is_flow:
        return since in period
    until: date | None = entry[window.until] if window.until else None
    return since <= period.end and (until is None or until > period.end)


def _add_up(
    asked: Measure,
    rows: list[Version],
    persons: Mapping[str, Decimal],
    period: Period,
    tree: PlaceTree,
) -> Parts:
    value = _value(asked, rows, period, tree)
    if asked.persons is None:
        return Parts(len(rows), value)
    # Distinct counts each subject's persons once (人), a plain count each time (人次).
    subjects: Iterable[str] = (e["subject"] for e in rows)
    if asked.how == "distinct":
        subjects = set(subjects)
    return Parts(len(rows), value, _sum(persons.get(s) for s in subjects))


def _value(asked: Measure, rows: list[Version], period: Period, tree: PlaceTree) -> Decimal | None:
    column = asked.column
    if not column:
        return Decimal(len(rows))
    if asked.how == "distinct":
        values = {e[column] for e in rows} - {None}
        return Decimal(len(values)) if values else None
    counted = _latest(asked, rows, period, tree) if asked.how == "latest" else rows
    return _sum(e[column] for e in counted)


def _sum(values: Iterable[Decimal | int | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [Decimal(v) for v in values if v is not None]
    return sum(known, Decimal(0)) if known else None


def _latest(asked: Measure, rows: list[Version], period: Period, tree: PlaceTree) -> list[Version]:
    """Of each place and subject the last entry that holds a value, by date, then by commit.

    A place that is gone by the end of the period no longer has a stock: its successor has.
    """
    since = asked.window.since
    last: dict[tuple[str, str | None], Version] = {}
    for entry in sorted(rows, key=lambda e: (e[since], e["from_commit"], e["entry"])):
        ceases = None if asked.window.is_flow else tree.ceases(entry["place"])
        is_gone = ceases is not None and ceases <= period.end
        if entry[asked.column] is not None and not is_gone:
            last[entry["place"], entry["subject"]] = entry
    return list(last.values())


def _amounts(
    asked: Measure, rows: list[Version], period: Period, tree: PlaceTree
) -> list[Decimal | None]:
    """What each row adds to the value, in the order of the rows."""
    column = asked.column
    if not column:
        return [Decimal(1)] * len(rows)
    if asked.how == "sum":
        counted = rows
    elif asked.how == "latest":
        counted = _latest(asked, rows, period, tree)
    else:
        # The first row that holds a value stands for it.
        counted = list({e[column]: e for e in reversed(rows)}.values())
    chosen = {e["entry"] for e in counted}
    return [_amount(asked, e[column], is_counted=e["entry"] in chosen) for e in rows]


def _amount(asked: Measure, value: Any, *, is_counted: bool) -> Decimal | None:
    if value is None:
        return None
    if not is_counted:
        return Decimal(0)
    return Decimal(1) if asked.how == "distinct" else Decimal(value)


def _by_date_and_id(window: Window, entry: Version) -> tuple[date, str]:
    since = entry[window.since] if window.since else None
    return (since or date.max, entry["entry"])
