"""What stands outside of the rows and yet belongs to them: village, year and unit of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qianxian_tables._layout import Table
from qianxian_tables._lines import Lines
from qianxian_tables._places import Places
from qianxian_tables._words import compact, is_unit, scaled

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:年|[-—~至]|(?!\d))")
_UNITS = re.compile(r"单位[:：]([^:：]+?)(?:$|\s{2,}|[;；。])")


@dataclass(frozen=True, slots=True)
class Context:
    """`village` and `year` of the whole sheet; `sections` change them from a row on."""

    village: str | None
    year: int | None
    money_unit: str
    sections: tuple[tuple[int, str | None, int | None], ...]
    is_above: bool

    def at(self, row: int) -> tuple[str | None, int | None]:
        """Village and year that hold for a row without its own."""
        village, year = self.village, self.year
        if not self.is_above:
            after = (place for number, place, _ in self.sections if number > row and place)
            return next(after, village), year
        for number, place, own_year in self.sections:
            if number > row:
                break
            village, year = place or village, own_year or year
        return village, year


def context_of(table: Table, lines: Lines, places: Places, book_name: str) -> Context:
    above = dict(table.lines_above())
    titles = [text for number, text in above.items() if lines.others.get(number) == "title"]
    notes = [text for number, text in above.items() if lines.others.get(number) != "title"]
    name = table.sheet.name
    sections = tuple(_sections(lines, places))
    first = lines.data[0] if lines.data else 0
    return Context(
        _village([*titles, name, *notes], places),
        _year([name, *titles, *notes, book_name]),
        _money_unit([*notes, *titles]),
        sections,
        is_above=not sections or sections[0][0] < first,
    )


def _village(texts: list[str], places: Places) -> str | None:
    """The one village that a title line, the sheet's name or a line above the table names."""
    for text in texts:
        found = places.mentioned(text) or places.find(text).villages
        if len(found) == 1:
            return found[0]
    return None


def _year(texts: list[str]) -> int | None:
    for text in texts:
        if found := _YEAR.search(compact(text)):
            return int(found[1])
    return None


def _money_unit(texts: list[str]) -> str:
    """万元 where the line 单位：万元 says so for the whole sheet and names no other money."""
    for text in texts:
        if found := _UNITS.search(text):
            units = [u for u in re.split(r"[、,，/\s]", compact(found[1])) if is_unit(u)]
            money = [u for u in units if scaled(u)[1] == "元"]
            return money[0] if len(money) == 1 else ""
    return ""


def _sections(lines: Lines, places: Places) -> Iterator[tuple[int, str | None, int | None]]:
    for number, label in sorted(lines.labels.items()):
        kind = lines.others.get(number)
        found = places.mentioned(label) or places.find(label.split(" ")[0]).villages
        year = _YEAR.search(compact(label)) if kind == "section" else None
        village = found[0] if len(found) == 1 else None
        if village or year:
            yield number, village, int(year[1]) if year else None
