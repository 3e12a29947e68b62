"""The text of a notice, line by line and sentence by sentence, with offsets that stay true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qianxian_reader._source import Source, open_source
from qianxian_reader.notice._model import Span

_WIDE = str.maketrans("０１２３４５６７８９．　", "0123456789. ")
_STOPS = "。；！？;!?\n"
_STOP = re.compile(f"[{_STOPS}]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the spaces around it."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def span(self, start: int, end: int) -> Span:
        return Span(self.start + start, self.start + end)


def plain(text: str) -> str:
    """Digits of one width; as long as the text, so that offsets hold for both."""
    return text.translate(_WIDE)


def lines(text: str) -> list[Line]:
    out, at = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            out.append(Line(words, at + raw.index(words[0])))
        at += len(raw) + 1
    return out


def sentence_at(text: str, start: int, end: int) -> Span:
    """The sentence in which these characters stand."""
    first = max(text.rfind(stop, 0, start) for stop in _STOPS) + 1
    after = _STOP.search(text, end)
    last = after.start() if after else len(text)
    while first < last and text[first].isspace():
        first += 1
    return Span(first, last)


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for found in _STOP.finditer(text, start, end):
        if found.start() > at:
            yield Span(at, found.start())
        at = found.end()
    if at < end:
        yield Span(at, end)


def text_of_file(data: bytes, name: str) -> str:
    """The words of a notice that came as a file. Errors: UnreadableFile, with a sentence."""
    return _joined(open_source(data, name))


def _joined(source: Source) -> str:
    """Lines that a page only wrapped, and the cells of a table row, on one line."""
    parts, at = [], 0
    for end in sorted(source.joins):
        parts += [source.text[at:end], source.joins[end]]
        at = end + 1
    return "".join([*parts, source.text[at:]]).replace("\r\n", "\n").replace("\r", "\n")
