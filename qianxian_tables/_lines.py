"""What each row below a header is: data, a header again, a section, a sum, a note, a signature."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from qianxian_tables._book import Row, Sheet, Value
from qianxian_tables._layout import Table, filled
from qianxian_tables._words import compact, is_note, is_signature, sum_label

_SERIAL = frozenset(
    ["序号", "序", "序列", "序列号", "顺序号", "编次", "号", "NO", "NO.", "No", "No.", "行号"]
)

_ASIDE = re.compile(r"附件|附表|截至|截止|单位|填报|编号|密级|[(（]|\d{4}[年./-]\d{1,2}")
# A long table is measured by every so many-th row.
_MEASURED = 2_000


def is_serial(name: str) -> bool:
    return compact(name) in _SERIAL


@dataclass(slots=True)
class Lines:
    """The rows of a table by kind. `labels` holds the words of sections and sums."""

    data: list[int] = field(default_factory=list)
    others: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)


def lines_of(table: Table) -> Lines:
    lines = Lines()
    for number, text in table.lines_above():
        lines.others[number] = _above(text)
    _mark_title(table, lines)
    for number in table.header_rows:
        lines.others[number] = "header"
    _Below(table, lines).run()
    return lines


def _above(text: str) -> str:
    if is_signature(text) or "：" in text or ":" in text or _ASIDE.match(compact(text)):
        return "note"
    return "title"


def _mark_title(table: Table, lines: Lines) -> None:
    """Of several lines the longest is the title; 附件3 and dates stand beside it."""
    texts = dict(table.lines_above())
    titles = [number for number in texts if lines.others[number] == "title"]
    longest = max(titles, key=lambda number: len(texts[number]), default=0)
    for number in titles:
        if number != longest and len(compact(texts[number])) < 8:
            lines.others[number] = "note"


class _Below:
    """One pass over the rows below the header, and one back over what stood alone."""

    def __init__(self, table: Table, lines: Lines) -> None:
        self._table, self._lines = table, lines
        self._sheet: Sheet = table.sheet
        self._columns = [h.column for h in table.headings]
        self._serial = next((h.column for h in table.headings if is_serial(h.name)), 0)
        self._header = [
            {compact(str(c)) for c in self._sheet.rows[n - 1] if c is not None}
            for n in table.header_rows
        ]
        self._titles = {compact(text) for _, text in table.lines_above()}
        self._anchors, self._usual = self._measured()
        # The cells of a merge over several rows are all filled, though only one holds the value.
        self._tall = {
            (row, area.left)
            for area in self._sheet.merged
            if area.bottom > area.top > table.last_header
            for row in range(area.top + 1, area.bottom + 1)
        }

    def run(self) -> None:
        start = self._table.last_header
        for number, row in enumerate(self._sheet.rows[start:], start + 1):
            columns = filled(row)
            kind = self._kind(number, row, columns) if columns else ""
            if kind == "data":
                self._lines.data.append(number)
            elif kind:
                self._lines.others[number] = kind
                if kind in ("section", "subtotal", "total"):
                    self._lines.labels[number] = " ".join(_texts(row, columns)[:3])
        self._end()

    def _measured(self) -> tuple[list[int], float]:
        """Columns that nearly every row fills with words or dates, and the usual fill of a row."""
        counts: Counter[int] = Counter()
        words: Counter[int] = Counter()
        widths: list[int] = []
        below = self._sheet.rows[self._table.last_header :]
        for row in below[:: 1 + len(below) // _MEASURED]:
            columns = filled(row)
            if len(columns) < 2 or any(map(sum_label, _texts(row, columns)[:3])):
                continue
            widths.append(len(columns))
            counts.update(columns)
            words.update(c for c in columns if isinstance(row[c - 1], str | date))
        usual = sorted(widths)[len(widths) // 2] if widths else 0
        anchors = [
            column
            for column in self._columns
            if column != self._serial
            and counts[column] >= 0.8 * len(widths)
            and words[column] >= 0.5 * counts[column]
        ]
        return anchors, usual

    def _kind(self, number: int, row: Row, columns: list[int]) -> str:
        if self._is_header_again(row, columns):
            return "header"
        label = next(filter(None, map(sum_label, _texts(row, columns[:3]))), "")
        if label and not self._is_numbered(row, columns):
            return label
        if columns == [self._serial] and self._is_numbered(row, columns):
            return ""  # a line of a blank form
        if (
            len(columns) <= 6
            and any(map(is_signature, _texts(row, columns)))
            and not self._is_numbered(row, columns)
        ):
            return "signature"
        if len(columns) == 1 and len(self._columns) > 2:
            return self._alone(row[columns[0] - 1])
        return "data" if self._is_entry(number, row, columns) else self._between(row, columns)

    def _is_numbered(self, row: Row, columns: list[int]) -> bool:
        """Whether the row has a number of its own, as sums and sections never have."""
        if self._serial not in columns:
            return False
        value = row[self._serial - 1]
        return isinstance(value, int) or compact(str(value)).isdigit()

    def _is_header_again(self, row: Row, columns: list[int]) -> bool:
        if not any(compact(str(row[columns[0] - 1])) in header for header in self._header):
            return False
        texts = [compact(str(row[column - 1])) for column in columns]
        return any(
            len(texts) >= 2 and sum(t in header for t in texts) >= max(2, 0.8 * len(texts))
            for header in self._header
        )

    def _alone(self, value: Value) -> str:
        """One cell and no more: a section, a note, a page number, or an entry of a small table."""
        if not isinstance(value, str) or compact(value).isdigit():
            return "data" if len(self._columns) <= 4 else "note"
        if compact(value) in self._titles:
            return "title"
        return "note" if is_note(value) else "section"

    def _is_entry(self, number: int, row: Row, columns: list[int]) -> bool:
        count = sum(1 for a in self._anchors if a in columns or (number, a) in self._tall)
        if len(self._anchors) >= 3:
            return count > 1 or len(columns) >= 0.6 * self._usual
        return count > 0 or not self._anchors or len(columns) >= 0.6 * self._usual

    def _between(self, row: Row, columns: list[int]) -> str:
        """Neither an entry nor labelled: 松竹村 with numbers is a sum, without them a section."""
        values = [row[c - 1] for c in columns if c != self._serial]
        has_numbers = any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        return "subtotal" if has_numbers else "section"

    def _end(self) -> None:
        """Lines that stand alone below the last entry are notes, not sections."""
        last = self._lines.data[-1] if self._lines.data else 0
        for number, kind in self._lines.others.items():
            if kind == "section" and number > last:
                self._lines.others[number] = "note"


def _texts(row: Row, columns: Sequence[int]) -> list[str]:
    return [str(row[column - 1]) for column in columns]


def blocks(lines: Lines) -> Iterator[tuple[int, str, list[int], list[int]]]:
    """Each sum with its kind, the entries above it and those below it, up to the next sum."""
    sums = [n for n, kind in sorted(lines.others.items()) if kind in ("subtotal", "total")]
    for number in sums:
        before = max((n for n in sums if n < number), default=0)
        after = min((n for n in sums if n > number), default=10**9)
        yield (
            number,
            lines.others[number],
            [n for n in lines.data if before < n < number],
            [n for n in lines.data if number < n < after],
        )
