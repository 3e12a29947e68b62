"""Repaired text to paragraphs in one plain form: half-width digits, full-width stops, no stray
spaces. Every character still knows its place in the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from qianxian_reader._mapped import BREAK, Edit, Mapped
from qianxian_reader._scan import Scan
from qianxian_reader._source import Source

_WIDTH = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)},  # ０ to ９
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF21, 0xFF3B)},  # Ａ to Ｚ
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF41, 0xFF5B)},  # ａ to ｚ
        "％": "%",
        "﹪": "%",
        "．": ".",
        "／": "/",
        "＋": "+",
        "－": "-",
        "﹣": "-",
        "−": "-",
        "(": "（",
        ")": "）",
        ";": "；",
        "?": "？",
        "!": "！",
        "﹐": "，",
        "﹑": "、",
        "﹔": "；",
        "\xa0": " ",
        "\u3000": " ",
        "\u200b": " ",
        "\ufeff": " ",
        "㎡": "㎡",
    }
)
_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
_COLON = re.compile(r":(?!\d|//)|(?<=[^\d]):(?!//)")
_DOT_STOP = re.compile(r"\.(?<=[\u4e00-\u9fff）”]\.)(?=[\u4e00-\u9fff“]|$)")
_SPACE = Scan(" ", r"(?<![A-Za-z]) +| +(?![A-Za-z])")
# 2395人 拨款金额 1069425元: a blank between two figures stands for a comma.
_BLANK = re.compile(r" (?<=[户人次元亩吨斤里%] )(?=[\u4e00-\u9fff]{2,12}[： ]{0,2}\d)")
_COUNTED = re.compile(r"\d ?[万亿]?(?:户|人次|人|元|亩|吨|公斤|公里|%)$")
# No paragraph is so long, and the work on a clause grows faster than its length.
_LONGEST = 8_000
_TAB_OR_GAP = re.compile(r"\t| {2,}")
# Marks of notes, [4] or ［4］, stand in the middle of words.
_NOTE_MARK = Scan(r"[\[［]", r"(?<=\S)[\[［]\d{1,3}[\]］]")
_NUMERIC_CELL = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?")
# 三、存在问题 由于……: a space between a heading and the sentence that follows on its line.
_HEADING_GAP = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、．])\s*"
    r"[^\s。；;：:！!？?]{4,30}(?P<gap>[ \u3000]+)(?=[\u4e00-\u9fff]\S{9})"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text` is the plain form; `cells` are the texts of a table row, else empty."""

    number: int
    line: int
    mapped: Mapped
    cells: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.mapped.text


class Places:
    """Turns offsets in the source into line numbers and columns."""

    def __init__(self, source: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", source))]
        self._source = source
        self._words: dict[str, str] = {}
        self._numbers: dict[int, int] = {}

    def of(self, offset: int) -> tuple[int, int]:
        """1-based line, column."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]

    def run(self, start: int, end: int) -> tuple[int, int, int, str]:
        """Line, columns and words of a run; a run over a line end is cut off at it.

        The same words and numbers are held once: a long report has many, and copies fill memory.
        """
        line, column = self.of(start)
        words = self._source[start:end].split("\n")[0]
        one = self._numbers.setdefault
        after = column + len(words)
        words = self._words.setdefault(words, words)
        return one(line, line), one(column, column), one(after, after), words


def paragraphs(source: Source, mapped: Mapped, places: Places) -> list[Paragraph]:
    """All paragraphs that hold text, in order."""
    joined = _joined(source, mapped)
    out: list[Paragraph] = []
    for piece in _split(joined):
        if not piece.text.strip():
            continue
        line = places.of(piece.start(_first(piece.text)))[0]
        cells = _cells(piece.text)
        if cells:
            out.append(Paragraph(len(out), line, _in_plain_width(piece), cells))
        else:
            out.append(Paragraph(len(out), line, plain(piece)))
    return out


def _first(text: str) -> int:
    return len(text) - len(text.lstrip())


def _joined(source: Source, mapped: Mapped) -> Mapped:
    if not source.joins and not source.numbers:
        return mapped
    edits: list[Edit] = []
    for found in re.finditer("\n", mapped.text):
        words = source.joins.get(mapped.start(found.start()))
        if words is not None:
            edits.append((found.start(), found.end(), words))
    for offset, number in source.numbers.items():
        place = mapped.first_from(offset)
        edits.append((place, place, number))
    return mapped.replaced(sorted(edits))


def _split(mapped: Mapped) -> Iterator[Mapped]:
    start = 0
    for found in re.finditer(f"[\n{BREAK}]", mapped.text):
        yield from _bounded(mapped, start, found.start())
        start = found.end()
    yield from _bounded(mapped, start, len(mapped.text))


def _bounded(mapped: Mapped, start: int, end: int) -> Iterator[Mapped]:
    """One paragraph, or several where a text has lost its line ends: cut behind a sentence."""
    while end - start > _LONGEST and "\t" not in mapped.text[start : start + _LONGEST]:
        until = start + _LONGEST
        stops = (mapped.text.rfind(stop, start, until) + 1 for stop in "。；，、 ")
        cut = next((place for place in stops if place > start), until)
        yield mapped.slice(start, cut)
        start = cut
    yield mapped.slice(start, end)


def _cells(text: str) -> tuple[str, ...]:
    """The cells of a table row: parted by tabs, or by gaps where most of them are numbers."""
    if "\t" in text.strip(" \u3000"):
        return tuple(cell.strip(" \u3000\xa0") for cell in text.split("\t"))
    if "  " not in text:
        return ()
    parts = [part for part in _TAB_OR_GAP.split(text.strip()) if part]
    numeric = sum(1 for part in parts if _NUMERIC_CELL.fullmatch(part.strip()))
    return tuple(part.strip() for part in parts) if numeric >= 2 and len(parts) >= 3 else ()


def _in_plain_width(piece: Mapped) -> Mapped:
    return piece.with_text(piece.text.translate(_WIDTH))


def _comma(blank: re.Match[str]) -> str:
    return "，" if _COUNTED.search(blank.string[: blank.start()][-6:]) else " "


def plain(piece: Mapped) -> Mapped:
    """One paragraph in plain form."""
    gap = _HEADING_GAP.match(piece.text)
    if gap:
        start, end = gap.span("gap")
        piece = piece.replaced([(start, end, "。" + " " * (end - start - 1))])
    text = piece.text.translate(_WIDTH)
    text = _COMMA.sub("，", text) if "," in text else text
    text = _COLON.sub("：", text) if ":" in text else text
    text = _DOT_STOP.sub("。", text)
    text = _BLANK.sub(_comma, text) if " " in text else text
    piece = piece.with_text(text)
    piece = piece.replaced((found.start(), found.end(), "") for found in _SPACE.finditer(text))
    return piece.replaced(
        (found.start(), found.end(), "") for found in _NOTE_MARK.finditer(piece.text)
    )
