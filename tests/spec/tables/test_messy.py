"""Made ledgers must come out as what they say: each file by itself, above the floors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qianxian_tables import Import, Proposal, infer, open_book, read_rows, value_to_json
from tests.spec.tables.answers import Answer, Made
from tests.spec.tables.layouts import laid_out
from tests.spec.tables.messy import MADE, insured_xlsx
from tests.spec.tables.messy_projects import projects_xlsx
from tests.spec.tables.places import PLACES

FLOORS = {"columns": 0.9, "rows": 0.98, "values": 0.97, "places": 0.98, "found": 0.8, "alarms": 0.7}
# Notes on what was read in spite of its spelling; welcome, not asked for.
NEUTRAL = {"placeholder", "unit_in_cell", "two_digit_year", "script", "spelling", "serial_date"}
SUMS = {"subtotal", "total"}

Mark = tuple[str, bool, str]


def _columns(answer: Answer, proposal: Proposal) -> Iterator[Mark]:
    by_letter = {next(iter(c.at.values())): c for c in proposal.columns}
    for letter, (name, kind, unit) in answer.columns.items():
        column = by_letter.pop(letter, None)
        yield "columns", bool(column and column.name == name), f"{name}: {column}"
        yield "columns", bool(column and column.type == kind), f"{name}: {column and column.type}"
        yield "columns", bool(column and column.unit == unit), f"{name}: {column and column.unit}"
        is_required = bool(column and column.required)
        yield "columns", is_required == (letter in answer.required), f"{name}: required"
        if letter in answer.choices:
            yield "columns", bool(column and set(column.choices) == answer.choices[letter]), name
    for letter in by_letter:
        yield "columns", False, f"extra column {letter}"


def _rows(answer: Answer, read: Import) -> Iterator[Mark]:
    rows = {(row.sheet, row.row): row for row in read.rows}
    for where, expected in answer.rows.items():
        row = rows.pop(where, None)
        wanted = "rejected" if expected is None else "accepted"
        yield (
            "rows",
            bool(row and row.status == wanted),
            f"{where}: {row and row.status} {row and row.faults}",
        )
        if expected is None or row is None:
            continue
        place, values = expected
        yield "places", row.place == place, f"{where}: {row.place}"
        names = {c.at.get(where[0]): c.name for c in read.columns}
        for letter, value in values.items():
            got = value_to_json(row.values[names[letter]])
            yield "values", _is_same(value, got), f"{where} {letter}: {got!r} for {value!r}"
    kinds = {(other.sheet, other.row): other.kind for other in read.not_data}
    for where, kind in answer.others.items():
        got = kinds.get(where)
        yield "rows", where not in rows, f"{where}: taken as data, is {kind}"
        yield "kinds", got == kind or {got, kind} <= SUMS, f"{where}: {got} for {kind}"
    for where in rows:
        yield "rows", where in answer.others, f"{where}: a row that is not there"


def _is_same(wanted: object, got: object) -> bool:
    if isinstance(wanted, float) and isinstance(got, int | float):
        return abs(wanted - got) < 1e-6
    return wanted == got


def _findings(answer: Answer, read: Import) -> Iterator[Mark]:
    got = {(one.sheet, one.cell, one.code) for one in read.findings()}
    for finding in answer.findings:
        yield "found", finding in got, f"{finding} not reported"
    for finding in got:
        if finding[2] not in NEUTRAL:
            yield "alarms", finding in answer.findings, f"{finding} is not there"


def marks(made: Made) -> list[Mark]:
    name, data, answer = made
    book = open_book(data, name)
    proposal = infer(book, PLACES)
    read = read_rows(book, proposal, PLACES)
    return [*_columns(answer, proposal), *_rows(answer, read), *_findings(answer, read)]


def _check(made: Made) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong: list[str] = []
    for what, is_right, said in marks(made):
        asked[what] += 1
        right[what] += is_right
        if not is_right:
            wrong.append(f"{what}: {said}")
    below = [what for what, floor in FLOORS.items() if right[what] < floor * asked[what]]
    assert not below, "\n".join(wrong)


@pytest.mark.parametrize("make", MADE, ids=lambda make: str(make.__name__))
def test_every_made_ledger_is_above_the_floors(make: Callable[[], Made]) -> None:
    _check(make())


@pytest.mark.parametrize("make", [projects_xlsx, insured_xlsx], ids=lambda make: str(make.__name__))
def test_an_old_xls_says_what_the_same_xlsx_says(make: Callable[[], Made]) -> None:
    """The files were saved as .xls by LibreOffice out of what these two make."""
    name, _, answer = make()
    file = Path(__file__).parent / "data" / f"{make.__name__.removesuffix('_xlsx')}.xls"
    _check((name.removesuffix("x"), file.read_bytes(), answer))


@pytest.mark.parametrize("first", [0, 100])
def test_layouts_by_chance_are_read_without_a_fault(first: int) -> None:
    """Heads, villages, sums and notes in every way; 400 more of them were read like these."""
    wrong = [
        f"{seed} {what}: {said}"
        for seed in range(first, first + 12)
        for what, is_right, said in marks(laid_out(seed))
        if not is_right
    ]
    assert not wrong, "\n".join(wrong)
