"""A list as its page and its paper show it: every cell written out.

A page has some hundred cells, too many for a template each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

# Django's own marks what it gives as safe, which takes longer than to escape a cell.
from html import escape
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qianxian.core.templatetags._numbers import NOTHING
from qianxian.ledgers.display import state_badge
from qianxian.ledgers.household.names import page_url
from qianxian.ledgers.listing import Listing, row_name
from qianxian.ledgers.lists import columns as cells
from qianxian.ledgers.lists.columns import Column
from qianxian.ledgers.models import Entry


class Cell(NamedTuple):
    """One value of a row, as it is written, with what its column needs to show it."""

    label: str
    text: str
    classes: str = ""


class ShownRow(NamedTuple):
    """A row as the page shows it."""

    key: str
    url: str
    name: str
    is_late: bool
    cells: list[Cell]
    # An entry of a register that has ended; figures of today leave it out.
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together: all of the page, or those of a group with its sums."""

    rows: list[ShownRow]
    html: SafeString
    label: str = ""
    count: int = 0
    sums: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A group in the table of groups; `sums` are those of the summed columns."""

    label: str
    count: int
    sums: list[str]
    query: str


def sections(
    shown: Listing, today: date, *, is_print: bool, with_ticks: bool = False
) -> list[Section]:
    """The rows of a page; on paper under their groups."""
    rows = _rows(shown, today)
    if shown.grouping is None or not is_print:
        return [Section(rows, html_of(rows, with_ticks=with_ticks))]
    own: dict[str, list[ShownRow]] = {}
    for entry, row in zip(shown.rows, rows, strict=True):
        own.setdefault(shown.grouping.key_of(entry), []).append(row)
    return [
        Section(
            own[part.key],
            html_of(own[part.key], with_ticks=False),
            part.label,
            part.tally.count,
            sums_of(shown, part.tally.sums),
        )
        for part in shown.parts
        if part.key in own
    ]


def html_of(rows: Sequence[ShownRow], *, with_ticks: bool) -> SafeString:
    """The rows as markup. A template takes five times as long for them as all else on the page."""
    tick = gettext("Tick") if with_ticks else ""
    labels = [escape(cell.label) for cell in rows[0].cells] if rows else []
    # Escaped here piece by piece: what is marked as markup stays so, all else is text.
    return SafeString("".join(_row_html(row, labels, tick) for row in rows))


def _row_html(row: ShownRow, labels: Sequence[str], tick: str) -> str:
    name = escape(row.name)
    marks = (("Late entry", row.is_late), ("No longer on it", row.is_gone))
    badges = "".join(f" {_badge(gettext(words), 'yellow')}" for words, is_so in marks if is_so)
    label = f"{escape(tick)} {name}"
    box = (
        '<td class="tick">'
        f'<input type="checkbox" name="key" value="{row.key}" aria-label="{label}"></td>'
    )
    head = f'<a href="{escape(row.url)}">{name}</a>{badges}'
    cells = "".join(
        f'<td class="{cell.classes}" data-l="{label}">'
        f"{cell.text if isinstance(cell.text, SafeString) else escape(cell.text)}</td>"
        for label, cell in zip(labels, row.cells, strict=True)
    )
    return f'<tr>{box if tick else ""}<th class="fix" scope="row">{head}</th>{cells}</tr>\n'


def _rows(shown: Listing, today: date) -> list[ShownRow]:
    ledger = shown.ledger
    values = [[cells.value_in(c, ledger, e, shown.told) for c in shown.columns] for e in shown.rows]
    places = [
        cells.places_of((row[n] for row in values), column.field)
        for n, column in enumerate(shown.columns)
    ]
    return [
        ShownRow(
            entry.pk.hex,
            page_url(entry),
            row_name(ledger, entry),
            entry.late,
            [
                _cell(column, value, at, entry, today)
                for column, value, at in zip(shown.columns, own, places, strict=True)
            ],
            is_gone=entry.gone_on is not None,
        )
        for entry, own in zip(shown.rows, values, strict=True)
    ]


def _cell(column: Column, value: Any, places: int | None, entry: Entry, today: date) -> Cell:
    if column.key == "state" and value:
        return Cell(column.label, _badge(str(value), state_badge(entry.definition, entry.state)))
    text = cells.written(value, places, today)
    if value is None or value == "":
        # On a telephone a row is a card, and a card tells what there is.
        return Cell(column.label, text, "num hide-phone" if column.is_number else "hide-phone")
    if isinstance(value, date):
        return Cell(column.label, text, "n nowrap")
    return Cell(column.label, text, "num" if column.is_number else _CLASSES.get(column.key, ""))


_CLASSES = {"place": "nowrap", "campaign": "n nowrap"}


@lru_cache(maxsize=500)
def _badge(text: str, kind: str) -> SafeString:
    """A ledger has a handful of states, and a page shows them over and over."""
    # To strip is to lose the mark that it is markup.
    return SafeString(
        render_to_string("_components/badge.html", {"text": text, "kind": kind}).strip()
    )


def sums_of(shown: Listing, sums: Mapping[str, Decimal]) -> list[Cell]:
    """A cell a column for a row of sums; empty where the column has none."""
    return [Cell(column.label, *_sum(column, sums)) for column in shown.columns]


def _sum(column: Column, sums: Mapping[str, Decimal]) -> tuple[str, str]:
    total = sums.get(column.field.name) if column.field else None
    if total is None:
        return "", "hide-phone"
    return cells.written(total, cells.places_of([total], column.field), date.min), "num"


def parts_of(shown: Listing) -> list[ShownPart]:
    """The table of groups."""
    summed = [n for n, column in enumerate(shown.columns) if column.is_summed]
    found = []
    for part in shown.parts:
        own = sums_of(shown, part.tally.sums)
        texts = [own[n].text or NOTHING for n in summed]
        found.append(ShownPart(part.label, part.tally.count, texts, part.query))
    return found
