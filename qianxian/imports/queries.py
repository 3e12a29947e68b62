"""Reads for the pages of an import: its faults by kind, its rows, what its columns were taken for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, QuerySet

from qianxian.core.models import User
from qianxian.imports import columns
from qianxian.imports.cells import WORDS
from qianxian.imports.models import Fault, ImportRun, StagedRow
from qianxian.imports.sealed_rows import digests_of
from qianxian.ledgers.display import Names, names_in, place_names, words_of
from qianxian.ledgers.masking import COVERED
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

PAGE = 50
_SAYINGS = 8
_CELLS = 6


@dataclass(frozen=True, slots=True)
class Saying:
    """Cells that hold the same and are told the same, with the first of them."""

    value: str
    says: str
    count: int
    cells: tuple[Fault, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.cells)

    @property
    def quoted(self) -> str:
        """What stands there, unless the sentence says it already."""
        return "" if self.value in self.says else self.value


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Faults of one kind in one column; the most frequent first."""

    code: str
    label: str
    count: int
    stops: bool
    sayings: tuple[Saying, ...]

    @property
    def words(self) -> str:
        return WORDS.get(self.code, self.code)


def fault_groups(run: ImportRun) -> list[FaultGroup]:
    """What keeps rows out first, then what is only told; the most frequent first."""
    counted = (
        run.faults.filter(number__isnull=False)
        .order_by()
        .values("code", "label", "stops")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("-stops", "-count", "first")
    )
    return [
        FaultGroup(
            each["code"],
            each["label"],
            each["count"],
            each["stops"],
            tuple(_sayings(run, each["code"], each["label"])),
        )
        for each in counted
    ]


def _sayings(run: ImportRun, code: str, label: str) -> Iterable[Saying]:
    found = _cells(run, code, label)
    counted = (
        found.order_by()
        .values("value", "says")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("-count", "first")[:_SAYINGS]
    )
    for each in counted:
        own = found.filter(value=each["value"], says=each["says"])[:_CELLS]
        yield Saying(each["value"], each["says"], each["count"], tuple(own))


def _cells(run: ImportRun, code: str, label: str) -> QuerySet[Fault]:
    return run.faults.filter(code=code, label=label, number__isnull=False).order_by("number", "pk")


def cells_page(run: ImportRun, code: str, label: str, number: str) -> Page[Fault]:
    return Paginator(_cells(run, code, label), PAGE).get_page(number)


def refused_columns(run: ImportRun) -> list[Fault]:
    """Headers that may not come in this way."""
    return list(run.faults.filter(number__isnull=True))


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A header, and what it is taken for in words; `asked` where nobody knows."""

    key: str
    letter: str
    label: str
    target: str
    words: str
    refused: str
    asked: bool
    near: bool


def column_views(run: ImportRun) -> list[ColumnView]:
    words = columns.targets(run.definition_of_ledger)
    return [
        ColumnView(
            key=each["key"],
            letter=each["letter"],
            label=each["label"] + (f"（{each['unit']}）" if each["unit"] else ""),
            target=each["target"],
            words=words.get(each["target"], "不导"),
            refused=each["refused"],
            asked=each["asked"],
            near=each["near"],
        )
        for each in run.columns
    ]


def missing_fields(run: ImportRun) -> list[str]:
    """Labels of required fields for which the file has no column."""
    ledger = run.definition_of_ledger
    taken = {each["target"] for each in run.columns}
    if ledger.flow:
        return []
    return [f.label for f in ledger.fields if f.required and f"field:{f.name}" not in taken]


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as the page shows it: what it holds, what differs, what keeps it out."""

    row: StagedRow
    place: str
    values: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class RowsPage:
    page: Page[StagedRow]
    rows: list[RowView] = field(default_factory=list)


def rows_page(run: ImportRun, status: str, number: str, *, user: User, on: date) -> RowsPage:
    """One page of the rows of a status."""
    found = run.rows.filter(status=status).order_by("number")
    page = Paginator(found, PAGE).get_page(number)
    staged = list(page.object_list)
    bodies = {row.pk: _body(row) for row in staged}
    ledger = run.definition_of_ledger
    told = [_data(body) for body in bodies.values()]
    names = names_in(
        ledger, [*told, *(b.get("before", {}) for b in bodies.values())], user=user, on=on
    )
    places = place_names(_places(staged, bodies.values()))
    faults = _faults(run, staged)
    urls = _urls(staged)
    rows = [
        RowView(
            row,
            places.get(row.place, ""),
            _values(ledger, bodies[row.pk], names, on),
            _differences(ledger, bodies[row.pk], names, places, on),
            tuple(faults.get(row.number, ())),
            urls.get(row.entry, "") if row.entry else "",
        )
        for row in staged
    ]
    return RowsPage(page, rows)


def _body(row: StagedRow) -> dict[str, Any]:
    """What a row holds: `data` and the `digests` of what is sealed, or the `changes`."""
    if not row.state:
        return {}
    held = json.loads(row.state)
    # Also of a row that was left out at the landing.
    if row.version > 1:
        return dict(held)
    return {"data": held, "digests": digests_of(row.sealed)}


def _data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = body.get("data") or body.get("changes") or {}
    return found


def _places(rows: Iterable[StagedRow], bodies: Iterable[Mapping[str, Any]]) -> set[str]:
    found = {row.place for row in rows}
    for body in bodies:
        found |= {body.get("place") or "", body.get("place_before") or ""}
    return found - {""}


def _values(
    ledger: Ledger, body: Mapping[str, Any], names: Names, on: date
) -> tuple[tuple[str, str], ...]:
    data, sealed = body.get("data"), body.get("digests", {})
    if data is None:
        return ()
    told = [(f.label, words_of(f, data, names, on)) for f in ledger.fields if f.name in data]
    return tuple(told + [(f.label, COVERED) for f in ledger.fields if f.name in sealed])


def _differences(
    ledger: Ledger, body: Mapping[str, Any], names: Names, places: Mapping[str, str], on: date
) -> tuple[Difference, ...]:
    if "changes" not in body:
        return ()
    found = [
        Difference(
            f.label, words_of(f, body["before"], names, on), words_of(f, body["changes"], names, on)
        )
        for f in ledger.fields
        if f.name in body["changes"]
    ]
    found += [
        Difference(ledger.by_name[name].label, COVERED, f"{COVERED}，和原来的不一样")
        for name in body["private"]
    ]
    if body["place"]:
        old, new = places.get(body["place_before"], ""), places.get(body["place"], "")
        found.append(Difference("地方", old, new))
    return tuple(found)


def _faults(run: ImportRun, rows: Sequence[StagedRow]) -> dict[int, list[Fault]]:
    found: dict[int, list[Fault]] = {}
    for fault in run.faults.filter(number__in=[row.number for row in rows]):
        found.setdefault(fault.number or 0, []).append(fault)
    return found


def _urls(rows: Iterable[StagedRow]) -> dict[Any, str]:
    """Pages of the entries that are there already."""
    keys = [row.entry for row in rows if row.entry]
    return {e.pk: e.get_absolute_url() for e in Entry.objects.present().filter(pk__in=keys)}
