"""A clean report with one fault put into it, as a tired hand would: what a check must find again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qianxian_figures import Span
from qianxian_reader import Document


@dataclass(frozen=True, slots=True)
class Plant:
    """The whole text with the fault in it, and the lines on one of which it must be shown."""

    text: str
    lines: frozenset[int]
    fault: str


@dataclass(frozen=True, slots=True)
class Page:
    """A report as it came, to plant in."""

    name: str
    text: str
    document: Document

    def lines(self) -> list[str]:
        return self.text.split("\n")

    def long_lines(self, least: int = 80) -> list[int]:
        return [number for number, line in enumerate(self.lines(), 1) if len(line) > least]

    def _with(self, lines: list[str], shown: frozenset[int], fault: str) -> Plant:
        return Plant("\n".join(lines), shown, fault)

    def with_line(self, number: int, line: str, also: range = range(0)) -> Plant:
        lines = self.lines()
        lines[number - 1] = line
        return self._with(lines, frozenset((number, *also)), line[:60])

    def with_words(self, span: Span, words: str, also: int = 0) -> Plant:
        """Other words in place of those of a span."""
        lines = self.lines()
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.start] + words + line[span.end :]
        fault = f"{line[max(0, span.start - 24) : span.start]}[{words}]{line[span.end :][:16]}"
        return self._with(lines, frozenset((span.line, also or span.line)), fault)

    def with_sentence(self, number: int, sentence: str) -> Plant:
        """A sentence more at the end of a line."""
        lines = self.lines()
        lines[number - 1] = lines[number - 1].rstrip() + sentence
        return self._with(lines, frozenset((number,)), sentence)

    def with_line_after(self, number: int, line: str) -> Plant:
        lines = self.lines()
        lines.insert(number, line)
        return self._with(lines, frozenset((number + 1,)), line)


Planter = Callable[[Page, random.Random], Iterator[Plant]]
