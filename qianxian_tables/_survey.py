"""Which sheets of a workbook hold its ledger, and which only sum it up or explain it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qianxian_tables._book import Book
from qianxian_tables._errors import NoTable
from qianxian_tables._headings import label_key
from qianxian_tables._layout import Table, find_table
from qianxian_tables._lines import Lines, lines_of

_NOT_A_LEDGER = re.compile(r"汇总|统计|说明|字典|参数|目录|封面|模板|样表|示例|填表|代码|选项|下拉")

Surveyed = tuple[Table, Lines]


def survey(book: Book, wanted: Iterable[str] = ()) -> list[Surveyed]:
    """The tables that make up the ledger: the largest one and those with the same columns.

    `wanted` are the names of an existing ledger's columns; the tables that have them are taken.
    Errors: NoTable.
    """
    found = [
        (table, lines)
        for sheet in book
        if not sheet.is_hidden and (table := find_table(sheet)) and (lines := lines_of(table)).data
    ]
    if not found:
        raise NoTable(
            f"“{book.name}”里没有找到表格：要有一行表头，下面每行一条记录。请检查表头是否完整后再上传。"
        )
    names = {label_key(name) for name in wanted}
    main = max(found, key=lambda one: _weight(one, names))
    common = _names(main[0])
    return [one for one in found if one is main or _is_alike(_names(one[0]), common)]


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
