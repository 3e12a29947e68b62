"""The rows of a workbook as the records of a ledger: accepted, or held back with a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qianxian_packs import Ledger
from qianxian_tables._book import Book, Value, at, column_of
from qianxian_tables._cells import Cells, cells_of
from qianxian_tables._context import Context, context_of
from qianxian_tables._headings import Heading
from qianxian_tables._match import matched, wanted
from qianxian_tables._places import Place, Places, as_places
from qianxian_tables._proposal import Column, Proposal
from qianxian_tables._survey import Surveyed, survey
from qianxian_tables._totals import Sums, mismatches
from qianxian_tables._values import EMPTY, Fact, Fault, Reader, Reading

_PAID = re.compile(r"批次|期数|(?:发放|缴费|支付|打卡)(?:日期|时间)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or supposed, at a cell such as C14."""

    sheet: str
    cell: str
    code: str
    message: str


@dataclass(slots=True)
class RowRead:
    """One record. `values` by column name; `faults` by cell. Held back where any fault rejects."""

    sheet: str
    row: int
    place: str | None
    values: dict[str, Fact]
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    @property
    def is_accepted(self) -> bool:
        return not any(fault.rejects for _, fault in self.faults)

    @property
    def status(self) -> str:
        return "accepted" if self.is_accepted else "rejected"


@dataclass(frozen=True, slots=True)
class NotData:
    """A row that is no record: title, note, header, section, subtotal, total, signature."""

    sheet: str
    row: int
    kind: str


@dataclass(frozen=True, slots=True)
class Import:
    """Everything that was read. `findings` are those of rows and those of sums."""

    columns: tuple[Column, ...]
    rows: tuple[RowRead, ...]
    not_data: tuple[NotData, ...]
    sums: tuple[Finding, ...]

    def findings(self) -> Iterator[Finding]:
        for row in self.rows:
            for cell, fault in row.faults:
                yield Finding(row.sheet, cell, fault.code, fault.message)
        yield from self.sums


def read_rows(
    book: Book, definition: Proposal | Ledger, places: Places | Iterable[Place]
) -> Import:
    """Read the rows by a proposal, also of an earlier workbook, or by an existing ledger.

    Errors: NoTable.
    """
    known = as_places(places)
    surveyed = survey(book, wanted(definition))
    columns = matched(book, surveyed, definition, known)
    rows: list[RowRead] = []
    others: list[NotData] = []
    sums: list[Finding] = []
    for one in surveyed:
        sheet = _Sheet(one, columns, known, book.name)
        rows += sheet.read()
        others += [NotData(sheet.name, n, kind) for n, kind in sorted(one[1].others.items())]
        sums += sheet.sums()
    _mark_keys(rows, columns)
    return Import(columns, tuple(rows), tuple(others), tuple(sums))


class _Sheet:
    """The rows of one sheet."""

    def __init__(
        self, one: Surveyed, columns: Sequence[Column], places: Places, book_name: str
    ) -> None:
        self._table, self._lines = one
        self._sheet = self._table.sheet
        self._percents = self._sheet.percents
        self.name = self._sheet.name
        self._places = places
        self._context: Context = context_of(self._table, self._lines, places, book_name)
        headings = {heading.column: heading for heading in self._table.headings}
        self._columns = {
            column_of(column.at[self.name]): column for column in columns if self.name in column.at
        }
        self._readers = {
            number: Reader(column, self._unit(column, headings.get(number)), places)
            for number, column in self._columns.items()
        }
        village_columns = [n for n, c in self._columns.items() if c.type == "place"]
        self._village_columns = sorted(village_columns)
        self._cells: Cells = cells_of(self._table, self._lines, frozenset(village_columns))
        self._sums = Sums(self._columns, {n: reader.unit for n, reader in self._readers.items()})
        self._first = min(
            (n for n, c in self._columns.items() if c.role != "serial" and c.type != "place"),
            default=1,
        )

    def _unit(self, column: Column, heading: Heading | None) -> str:
        own = heading.unit if heading else None
        if column.type == "money" and not own:
            return self._context.money_unit
        return own or column.unit or ""

    def read(self) -> list[RowRead]:
        rows: list[RowRead] = []
        seen: dict[tuple[object, ...], int] = {}
        bare: dict[int, list[tuple[int, Decimal]]] = {}
        for number, cells in self._cells.rows():
            row, readings = self._row(number, cells)
            self._mark_duplicate(row, cells, readings, seen)
            for column, reading in readings.items():
                if reading.bare is not None and self._columns[column].type == "money":
                    bare.setdefault(column, []).append((len(rows), reading.bare))
            rows.append(row)
        for column, amounts in bare.items():
            self._mark_units(column, amounts, rows)
        self._rows = rows
        return rows

    def _row(self, number: int, cells: Mapping[int, Value]) -> tuple[RowRead, dict[int, Reading]]:
        village, year = self._context.at(number)
        readings: dict[int, Reading] = {}
        row = RowRead(self.name, number, None, {})
        for column, definition in self._columns.items():
            raw = cells.get(column)
            if raw is None:
                reading = self._blank(number, column)
            else:
                is_percent = bool(self._percents) and (number, column) in self._percents
                reading = self._readers[column].read(raw, year, is_percent=is_percent)
            readings[column] = reading
            if definition.role != "serial":
                row.values[definition.name] = reading.value
            if reading.faults:
                faults = self._faults_at(number, column, reading)
                row.faults += [(at(number, column), fault) for fault in faults]
            if definition.required and reading.value is None and not _rejects(reading):
                says = f"{definition.name}：这一栏必填，请补上。"
                row.faults.append((at(number, column), Fault("missing", says)))
        row.place = self._place(readings, village)
        self._sums.add(number, cells, readings)
        return row, readings

    def _faults_at(self, number: int, column: int, reading: Reading) -> Sequence[Fault]:
        """What is only supposed of a value that is written once is said once, where it stands."""
        if reading.value is None or self._sheet.value(number, column) is not None:
            return reading.faults
        return [fault for fault in reading.faults if fault.rejects]

    def _blank(self, number: int, column: int) -> Reading:
        shown = self._sheet.errors.get((number, column)) if self._sheet.errors else None
        return self._readers[column].error(shown) if shown else EMPTY

    def _place(self, readings: Mapping[int, Reading], village: str | None) -> str | None:
        for column in self._village_columns:
            reading = readings[column]
            if len(reading.villages) == 1:
                return reading.villages[0]
            if reading.villages or _rejects(reading) or reading.value is not None:
                return None
        return village

    def _mark_duplicate(
        self,
        row: RowRead,
        cells: Mapping[int, Value],
        readings: Mapping[int, Reading],
        seen: dict[tuple[object, ...], int],
    ) -> None:
        """The whole row once more, but for its number. What could not be read counts as written."""
        whole = tuple(
            cells.get(column) if reading.value is None and reading.faults else reading.value
            for column, reading in readings.items()
            if self._columns[column].role != "serial"
        )
        if sum(part is not None for part in whole) < min(3, len(whole)):
            return
        first = seen.setdefault((row.place, *whole), row.row)
        if first != row.row:
            says = f"这一行和第 {first} 行完全一样，请确认是不是重复登记。"
            row.faults.append((at(row.row, self._first), Fault("duplicate", says)))

    def _mark_units(
        self, column: int, amounts: Sequence[tuple[int, Decimal]], rows: Sequence[RowRead]
    ) -> None:
        """35000 among 3.5 and 4.2 under 万元 can only be 元."""
        definition = self._columns[column]
        if not self._readers[column].unit.startswith("万"):
            return
        values = sorted(value for _, value in amounts)
        usual = values[len(values) // 2]
        for index, value in amounts:
            if value < 1000 or value < 200 * usual:
                continue
            row = rows[index]
            row.values[definition.name] = None
            if column in self._sums.unread:
                self._sums.unread[column].add(row.row)
            says = f"{definition.name}：表头的单位是万元，“{value:f}”像是写成了元，请核对。"
            row.faults.append((at(row.row, column), Fault("suspect_unit", says)))

    def sums(self) -> Iterator[Finding]:
        for row, column, message in mismatches(self._table, self._lines, self._sums):
            yield Finding(self.name, at(row, column), "total_mismatch", message)


def _rejects(reading: Reading) -> bool:
    return any(fault.rejects for fault in reading.faults)


def _mark_keys(rows: Sequence[RowRead], columns: Sequence[Column]) -> None:
    """One identity number in two records of a register.

    A list of payments may name a person once a batch; a register, once.
    """
    if any(_PAID.search(column.name) for column in columns):
        return
    for column in columns:
        if column.type != "id_card":
            continue
        numbers = [
            (row, str(number))
            for row in rows
            if (number := row.values.get(column.name)) is not None
        ]
        counts = Counter(number for _, number in numbers)
        if not numbers or len(numbers) - len(counts) > max(2, 0.1 * len(numbers)):
            continue
        _mark_key(column, [(row, number) for row, number in numbers if counts[number] > 1])


def _mark_key(column: Column, numbers: Sequence[tuple[RowRead, str]]) -> None:
    first: dict[str, RowRead] = {}
    for row, number in numbers:
        earlier = first.setdefault(number, row)
        is_duplicate = any(fault.code == "duplicate" for _, fault in row.faults)
        if earlier is not row and not is_duplicate:
            where = f"“{earlier.sheet}”" if earlier.sheet != row.sheet else ""
            says = f"{column.name}：和{where}第 {earlier.row} 行是同一个号码，请核对。"
            cell = f"{column.at.get(row.sheet, 'A')}{row.row}"
            row.faults.append((cell, Fault("duplicate_key", says)))
