"""A workbook → a proposed definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from qianxian_packs import NUMBERS
from qianxian_tables._book import Book, Value, letter
from qianxian_tables._cells import cells_of
from qianxian_tables._headings import Heading, label_key
from qianxian_tables._kinds import counts_rows, kind_of, parts_of
from qianxian_tables._lines import is_serial
from qianxian_tables._notes import notes_of, told_choices
from qianxian_tables._places import Place, Places, as_places
from qianxian_tables._proposal import Column, Proposal
from qianxian_tables._survey import Surveyed, survey, title_of


@dataclass(slots=True)
class Gathered:
    """All that the sheets hold of one column."""

    heading: Heading
    values: Counter[Value] = field(default_factory=Counter)
    at: dict[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    percents: int = 0
    is_required: bool = False
    is_hidden: bool = False


def infer(book: Book, places: Places | Iterable[Place]) -> Proposal:
    """What the workbook's ledger seems to be; a person confirms it.

    Errors: NoTable.
    """
    return proposed(book, survey(book), as_places(places))


# A header for comparing, and the number of the column among those of its sheet that have it.
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column as it is taken, with all that stands in it and how often.

    `label` is what an import knows it by; a second column of the same label has `is_second`.
    """

    column: Column
    label: str
    values: Counter[Value]
    is_second: bool = False


def columns_seen(book: Book, surveyed: Sequence[Surveyed], places: Places) -> Iterator[ColumnSeen]:
    """The columns of tables that were found, one by one: each takes a moment where rows are many."""
    notes = notes_of(book, surveyed)
    for (_, nth), one in gather(surveyed).items():
        column = _column(one, places, notes)
        yield ColumnSeen(column, one.heading.name, one.values, is_second=nth > 1)


def proposed(book: Book, surveyed: Sequence[Surveyed], known: Places) -> Proposal:
    """The same of tables that were found already."""
    columns = tuple(one.column for one in columns_seen(book, surveyed, known))
    return Proposal(title_of(surveyed), columns, tuple(table.sheet.name for table, _ in surveyed))


def gather(surveyed: Sequence[Surveyed]) -> dict[Key, Gathered]:
    """Columns of all sheets; those with the same header are one."""
    found: dict[Key, Gathered] = {}
    for table, lines in surveyed:
        sheet = table.sheet
        by_column: dict[int, Gathered] = {}
        for key, heading in _keyed(table.headings):
            one = found.setdefault(key, Gathered(heading))
            one.at[sheet.name] = letter(heading.column)
            one.listed = one.listed or sheet.choices(heading.column)
            one.is_required = one.is_required or heading.is_required
            one.is_hidden = one.is_hidden or heading.column in sheet.hidden_columns
            by_column[heading.column] = one
        for _, row in cells_of(table, lines).rows():
            for column, value in row.items():
                by_column[column].values[value] += 1
        for _, column in sheet.percents:
            if column in by_column:
                by_column[column].percents += 1
    return found


def _keyed(headings: Iterable[Heading]) -> Iterator[tuple[Key, Heading]]:
    """Each heading with a key of its own; a second 备注 of one sheet is another column."""
    used: Counter[str] = Counter()
    for heading in headings:
        name = label_key(heading.name)
        used[name] += 1
        yield (name, used[name]), heading


def _column(one: Gathered, places: Places, notes: Sequence[str]) -> Column:
    heading = one.heading
    total = sum(one.values.values())
    is_percent = one.percents > 0.5 * total > 0
    kind = kind_of(heading, one.values, one.listed, places, is_percent=is_percent)
    if kind.type in ("choice", "multichoice", "text") and not kind.is_closed:
        words = [part for value in one.values.elements() for part in parts_of(str(value))]
        told = told_choices(heading.full_name, notes, words[:5_000])
        kind = kind_of(heading, one.values, told, places) if told else kind
    is_measured = kind.type in NUMBERS
    is_number_of_row = is_serial(heading.last) or counts_rows(heading, one.values)
    role = "serial" if is_number_of_row and kind.type == "integer" else "field"
    return Column(
        # A bracket is a unit only where the values are numbers: 地点（村） keeps it.
        name=heading.name if is_measured else heading.full_name,
        type=kind.type,
        unit=heading.unit if is_measured else None,
        choices=kind.choices,
        role=role,
        required=one.is_required,
        at=one.at,
        is_hidden=one.is_hidden,
        is_closed=kind.is_closed,
    )
