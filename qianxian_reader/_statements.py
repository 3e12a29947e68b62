"""The sentences of a report's running text, each with the section that it stands in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from qianxian_reader._document import Section, Statement
from qianxian_reader._figures import is_glossary
from qianxian_reader._paragraphs import Paragraph

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_LEAST = 4


def statements(
    paragraphs: Sequence[Paragraph],
    skipped: Collection[int],
    sections: Sequence[Section],
    of_paragraph: Sequence[int],
) -> Iterator[Statement]:
    for paragraph in paragraphs:
        if paragraph.number in skipped or paragraph.cells:
            continue
        section = sections[of_paragraph[paragraph.number]]
        if is_glossary(section, sections):
            continue
        for found in _SENTENCE.finditer(paragraph.text):
            text = found[0].strip("。！？； ")
            if len(text) >= _LEAST:
                yield Statement(paragraph.line, text, section.id)
