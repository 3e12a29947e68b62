"""HTML to plain paragraphs and table rows, as edits, so that places in the source are kept.

A row of a table becomes one paragraph with tabs between its cells; merged cells leave empty ones.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from qianxian_reader._lexicon import words
from qianxian_reader._mapped import BREAK, Edit, Mapped

_TOKEN = re.compile(
    r"<!--|<(?P<raw>script|style|head|noscript)\b[^<>]*>|<!doctype[^<>]*>|<\?[^<>]*>"
    r"|<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>(?:\s[^<>]*)?)/?>"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,15});",
    re.IGNORECASE,
)
_RAW_END = {
    "<!--": re.compile("-->"),
    **{
        tag: re.compile(rf"</{tag}\s*>", re.IGNORECASE)
        for tag in ("script", "style", "head", "noscript")
    },
}
_KNOWN = words(
    "a abbr article aside b big blockquote body br button caption center col colgroup dd div dl dt"
    " em embed fieldset figure font footer form frame h1 h2 h3 h4 h5 h6 header hr html i iframe img"
    " input label legend li link main map meta nav object ol option p param pre s section select"
    " small span strike strong sub sup table tbody td textarea tfoot th thead title tr u ul video"
    " area ins del code tt var"
)
_BLOCKS = words(
    "p div tr li h1 h2 h3 h4 h5 h6 br hr table title dd dt section article caption ul ol"
    " blockquote header footer nav option body html form pre center tbody thead"
)
_SPAN = re.compile(r"(col|row)span\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
_MARKED_UP = re.compile(
    r"</?(?:p|div|span|td|tr|table|br|strong|h[1-6]|li|body|html)\b[^<>]*>", re.I
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,15});")


def is_marked_up(text: str) -> bool:
    """Whether a text is HTML: one tag may be an example, three are not."""
    return sum(1 for _ in zip(_MARKED_UP.finditer(text), range(3), strict=False)) == 3


@dataclass(slots=True)
class _Table:
    """Where in the row the scanner stands, and which columns cells from above reach into."""

    column: int = 0
    reach: dict[int, int] = field(default_factory=dict)

    def open_row(self) -> None:
        self.column = 0

    def open_cell(self, columns: int, rows: int) -> str:
        before = ""
        while self.reach.get(self.column, 0) > 0:
            self.reach[self.column] -= 1
            self.column += 1
            before += "\t"
        first = self.column == 0 and not before
        for column in range(self.column, self.column + columns):
            self.reach[column] = rows - 1
        self.column += columns
        return before if first else (before or "\t")


@dataclass(slots=True)
class _Scanner:
    tables: list[_Table] = field(default_factory=list)
    pending: int = 0  # empty cells that a merged cell still covers

    def edit(self, found: re.Match[str]) -> str | None:
        """What stands in place of one token; None leaves it as it is."""
        if found[0].startswith("&"):
            plain = html.unescape(found[0])
            return None if plain == found[0] else plain.replace("\xa0", " ")
        tag = (found["tag"] or "").lower()
        if not tag:
            return ""
        if tag not in _KNOWN:
            return None  # <关键词>, <a@b.cn>: not markup
        return self._tag(tag, found["rest"] or "", is_close=bool(found["close"]))

    def _tag(self, tag: str, rest: str, *, is_close: bool) -> str:
        if tag == "table":
            self._table(is_close=is_close)
        elif tag == "tr" and self.tables and not is_close:
            self.tables[-1].open_row()
            self.pending = 0
        elif tag in ("td", "th") and self.tables:
            return self._cell(rest, is_close=is_close)
        if tag not in _BLOCKS:
            return ""
        in_cell = bool(self.tables) and tag not in ("tr", "table", "caption")
        return " " if in_cell else BREAK

    def _table(self, *, is_close: bool) -> None:
        if not is_close:
            self.tables.append(_Table())
        elif self.tables:
            self.tables.pop()

    def _cell(self, rest: str, *, is_close: bool) -> str:
        if is_close:
            empty, self.pending = "\t" * self.pending, 0
            return empty
        spans = {name.lower(): int(number) for name, number in _SPAN.findall(rest)}
        columns, rows = max(spans.get("col", 1), 1), max(spans.get("row", 1), 1)
        before = self.tables[-1].open_cell(columns, rows)
        self.pending = columns - 1
        return before


def edits(text: str) -> list[Edit]:
    """Edits that turn marked-up text into plain text."""
    scanner, out = _Scanner(), []
    unclosed: set[str] = set()  # looked for once, so that many open ends cost no more than one
    place = 0
    while found := _TOKEN.search(text, place):
        place = found.end()
        opened = "<!--" if found[0] == "<!--" else (found["raw"] or "").lower()
        if opened:
            end = None if opened in unclosed else _RAW_END[opened].search(text, place)
            if end is None:
                unclosed.add(opened)
            else:
                place = end.end()
            if end or opened != "<!--":
                out.append((found.start(), place, ""))
            continue
        new = scanner.edit(found)
        if new is not None:
            out.append((found.start(), place, new))
    return out


def entity_edits(text: str) -> list[Edit]:
    """Edits for the entities alone, in a text that is not marked up."""
    out = []
    for found in ENTITY.finditer(text):
        plain = html.unescape(found[0])
        if plain != found[0]:
            out.append((found.start(), found.end(), plain.replace("\xa0", " ")))
    return out


def paragraphs(text: str) -> list[str]:
    """The paragraphs and table rows of a page, without empty ones."""
    # Line ends in a page are spaces; between Chinese characters they are nothing.
    flat = re.sub(r"(?<=[^\x00-\xff])\s*\n\s*(?=[^\x00-\xff])", "", text)
    plain = Mapped.of(flat).replaced(edits(flat)).text.replace("\n", " ")
    rows = (re.sub(r" {2,}", " ", line).strip(" ") for line in plain.split(BREAK))
    return [row for row in rows if row.strip()]
