"""Drop-down lists: written out in the rule, or standing in cells somewhere in the workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qianxian_tables._book import Area, DropDown, Sheet, column_of

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_REFERENCE = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^'!\s]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\S+)?)")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class RawList:
    """A list as the file writes it: "甲,乙" in quotes or a reference to cells."""

    areas: tuple[Area, ...]
    formula: str


def areas_of(text: str) -> tuple[Area, ...]:
    """H6:H52 J6 → rectangles."""
    found = (_AREA.fullmatch(part) for part in text.split())
    return tuple(_area(one) for one in found if one)


def _area(found: re.Match[str]) -> Area:
    top, left = int(found[2]), column_of(found[1])
    if not found[3]:
        return Area(top, left, top, left)
    return Area(top, left, int(found[4]), column_of(found[3]))


def resolved(sheets: Sequence[Sheet], lists: Mapping[str, Sequence[RawList]]) -> tuple[Sheet, ...]:
    """The sheets with their lists."""
    by_name = {sheet.name: sheet for sheet in sheets}
    return tuple(
        replace(sheet, drop_downs=tuple(_drop_downs(sheet, lists.get(sheet.name, ()), by_name)))
        for sheet in sheets
    )


def _drop_downs(
    sheet: Sheet, lists: Sequence[RawList], by_name: Mapping[str, Sheet]
) -> Iterator[DropDown]:
    for raw in lists:
        choices = tuple(dict.fromkeys(_choices(raw.formula, sheet, by_name)))
        if choices:
            yield DropDown(raw.areas, choices)


def _choices(formula: str, sheet: Sheet, by_name: Mapping[str, Sheet]) -> Iterator[str]:
    formula = formula.removeprefix("=")
    if formula.startswith('"'):
        yield from (part.strip() for part in formula.strip('"').split(",") if part.strip())
    elif found := _REFERENCE.fullmatch(formula):
        title = (found[1] or "").replace("''", "'") or found[2] or sheet.name
        areas = areas_of(found[3])
        if title in by_name and areas:
            yield from _listed(by_name[title], areas[0])


def _listed(sheet: Sheet, area: Area) -> Iterator[str]:
    for row in range(area.top, min(area.bottom, area.top + _LONGEST) + 1):
        for column in range(area.left, min(area.right, area.left + _LONGEST) + 1):
            value = sheet.value(row, column)
            if value is not None:
                yield str(value).strip()
