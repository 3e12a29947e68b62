"""Everything known of a document before it is checked: what the rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qianxian_figures import Span
from qianxian_reader._document import Problem, Role, Section, Task
from qianxian_reader._found import Found
from qianxian_reader._head import Head
from qianxian_reader._headings import Heading
from qianxian_reader._paragraphs import Paragraph, Places
from qianxian_reader._repair import Repaired
from qianxian_reader._source import Source


@dataclass(frozen=True, slots=True)
class Reading:
    source: Source
    repaired: Repaired
    places: Places
    paragraphs: list[Paragraph]
    furniture: frozenset[int]
    head: Head
    headings: list[Heading]
    sections: list[Section]
    of_paragraph: list[int]
    found: list[Found]
    tasks: tuple[Task, ...]
    problems: tuple[Problem, ...]

    def text(self) -> Iterator[Paragraph]:
        """The paragraphs of the report's own text, tables left out."""
        return (
            one for one in self.paragraphs if one.number not in self.furniture and not one.cells
        )

    def section_of(self, paragraph: int) -> Section:
        return self.sections[self.of_paragraph[paragraph]]

    def role_of(self, paragraph: int) -> Role:
        return self.section_of(paragraph).role

    def span(self, paragraph: int, start: int, end: int) -> Span:
        """The place in the source of a run of a paragraph."""
        mapped = self.paragraphs[paragraph].mapped
        line, column, until, words = self.places.run(*mapped.place(start, end))
        return Span(self.source.name, line, column, until, words)

    def source_span(self, start: int, end: int) -> Span:
        line, column, until, words = self.places.run(start, end)
        return Span(self.source.name, line, column, until, words)
