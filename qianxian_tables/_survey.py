"""Which sheets of a workbook hold its ledger, and which only sum it up or explain it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qianxian_tables._book import Book, Sheet
from qianxian_tables._errors import NoTable
from qianxian_tables._headings import label_key
from qianxian_tables._layout import Table, find_table, table_at
from qianxian_tables._lines import Lines, lines_of
from qianxian_tables._said import Layouts, SheetLayout, said_lines

_NOT_A_LEDGER = re.compile(r"汇总|统计|说明|字典|参数|目录|封面|模板|样表|示例|填表|代码|选项|下拉")

Surveyed = tuple[Table, Lines]

_NOTHING_SAID = SheetLayout()
_NO_LAYOUTS: Layouts = {}


def survey(book: Book, wanted: Iterable[str] = (), said: Layouts = _NO_LAYOUTS) -> list[Surveyed]:
    """The tables that make up the ledger: the largest one and those with the same columns.

    `wanted` are the names of an existing ledger's columns; the tables that have them are taken.
    `said` is what a person says of the layout, which comes before all else.
    Errors: NoTable.
    """
    found = [one for sheet in book if (one := surveyed(sheet, said.get(sheet.name)))]
    if not found:
        raise NoTable(
            f"“{book.name}”里没有找到表格：要有一行表头，下面每行一条记录。请检查表头是否完整后再上传。"
        )
    names = {label_key(name) for name in wanted}
    used = {name for name, layout in said.items() if layout.is_used}
    chosen = [one for one in found if one[0].sheet.name in used]
    main = max(chosen or found, key=lambda one: _weight(one, names))
    common = _names(main[0])
    return [
        one
        for one in found
        if one is main or one[0].sheet.name in used or _is_alike(_names(one[0]), common)
    ]


def surveyed(sheet: Sheet, said: SheetLayout | None = None) -> Surveyed | None:
    """The table of one sheet with its rows; nothing where it holds none, or is left out."""
    said = said or _NOTHING_SAID
    if said.is_used is False or (sheet.is_hidden and not said.is_used):
        return None
    table = table_at(sheet, *said.header) if said.header[0] else find_table(sheet)
    if table is None:
        return None
    lines = said_lines(lines_of(table), table, said.rows)
    return (table, lines) if lines.data else None


def _names(table: Table) -> frozenset[str]:
    return frozenset(label_key(heading.name) for heading in table.headings)


def _weight(one: Surveyed, wanted: set[str]) -> float:
    table, lines = one
    weight = len(table.headings) * min(len(lines.data), 100_000)
    if _NOT_A_LEDGER.search(table.sheet.name):
        weight //= 100
    return weight * (1 + 100 * len(_names(table) & wanted))


def _is_alike(names: frozenset[str], main: frozenset[str]) -> bool:
    shared = len(names & main)
    return shared >= 0.6 * len(names) and shared >= 0.5 * len(main)


def title_of(surveyed: Sequence[Surveyed]) -> str:
    """The words of the title line, or the name of the sheet."""
    table, lines = surveyed[0]
    for number, text in table.lines_above():
        if lines.others.get(number) == "title":
            return re.sub(r"\s+", "", text)
    return table.sheet.name
