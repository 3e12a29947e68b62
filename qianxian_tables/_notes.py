"""Lists that a workbook gives in words: 户类型：脱贫户、一般农户, or in a header's bracket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qianxian_tables._book import Book
from qianxian_tables._survey import Surveyed
from qianxian_tables._words import key

_SAYS = r"(?:一?栏)?(?:只能|只|请|应|统一|按)?(?:填写?|选填|选择|分为|包括|分|写)?[:：]?"
_QUOTED = re.compile(r"[“\"「]([^”\"」]{1,14})[”\"」]")
_BRACKET = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]$")
_BETWEEN = re.compile(r"[、/／|,，]|或")
_ENDS = re.compile(r"[。；;\n]|之一|中的")


def notes_of(book: Book, surveyed: Sequence[Surveyed]) -> list[str]:
    """Texts beside the tables: notes above and below, and sheets that only explain."""
    tables = {table.sheet.name for table, _ in surveyed}
    texts = [
        str(cell)
        for sheet in book
        if sheet.name not in tables and not sheet.is_hidden and sheet.width <= 3
        for row in sheet.rows[:200]
        for cell in row
        if isinstance(cell, str)
    ]
    for table, lines in surveyed:
        for number, kind in lines.others.items():
            if kind == "note":
                row = table.sheet.rows[number - 1]
                texts += [cell for cell in row if isinstance(cell, str)]
    return texts


def told_choices(name: str, notes: Iterable[str], seen: Iterable[str]) -> tuple[str, ...]:
    """The list that a bracket or a note gives for a column, where nearly all values keep to it."""
    values = [key(value) for value in seen]
    bracket = _BRACKET.search(name)
    candidates = [_split(bracket[1])] if bracket else []
    bare = _BRACKET.sub("", name).rpartition("/")[2]
    for note in notes:
        found = re.search(re.escape(bare) + _SAYS, note) if len(bare) >= 2 else None
        if found:
            rest = _ENDS.split(note[found.end() :])[0]
            candidates.append(tuple(_QUOTED.findall(rest)) or _split(rest))
    for choices in candidates:
        keys = {key(choice) for choice in choices}
        kept = sum(value in keys for value in values)
        if 2 <= len(choices) <= 20 and values and kept >= 0.8 * len(values):
            return choices
    return ()


def _split(text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _BETWEEN.split(text)]
    return tuple(part for part in parts if part) if all(len(p) <= 14 for p in parts) else ()
