"""A .docx file to lines: one line for each paragraph (see `_docx_events`), notes after the body.

The number of a line of the body is the number of its `w:p` in document order, so that a comment
can be set on it. Paragraphs of footnotes and endnotes follow, in the order in which the text names
them: placed where they are named they would move every line behind them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping

from qianxian_reader._docx_events import Paragraph, Paragraphs, TooLong, W
from qianxian_reader._docx_numbers import Numbers
from qianxian_reader._errors import DamagedFile
from qianxian_reader._limits import CHARACTERS, oversized
from qianxian_reader._source import Source
from qianxian_reader._zip import archive, scan, tree

_BODY = "word/document.xml"
_NOTES = {
    f"{W}footnoteReference": "word/footnotes.xml",
    f"{W}endnoteReference": "word/endnotes.xml",
}


def open_docx(data: bytes, name: str) -> Source:
    body = Paragraphs()
    try:
        with archive(data, name, ".docx") as opened:
            scan(opened, _BODY, body)
            notes = list(_notes(opened, body))
            numbers = Numbers(tree(opened, "word/numbering.xml"), tree(opened, "word/styles.xml"))
    except TooLong as error:
        raise oversized(name, f"超过{CHARACTERS // 10_000}万字") from error
    if not body.has_body:
        raise DamagedFile(f"“{name}”里没有正文。请在 Word 或 WPS 中另存为 .docx 后再读一次。")
    lines = [*body.lines, *notes]
    made = (numbers.of(line.number, line.style, line.text) for line in body.lines)
    starts = _starts(lines)
    return Source(
        name,
        "docx",
        "\n".join(line.text for line in lines),
        joins={starts[line + 1] - 1: text for line, text in _joins(body.joins, len(lines))},
        numbers={starts[line]: number for line, number in enumerate(made) if number},
        notes_from=starts[len(body.lines)] if notes else None,
    )


def _notes(opened: zipfile.ZipFile, body: Paragraphs) -> Iterator[Paragraph]:
    for kind, part in _NOTES.items():
        wanted = [note for tag, note in body.notes if tag == kind]
        if not wanted or part not in opened.namelist():
            continue
        found = Paragraphs()
        scan(opened, part, found)
        by_note: dict[str, list[Paragraph]] = {}
        for line in found.lines:
            if line.text.strip():
                by_note.setdefault(line.note, []).append(line)
        for note in wanted:
            yield from by_note.pop(note, ())


def _joins(joins: Mapping[int, str], count: int) -> Iterator[tuple[int, str]]:
    """A join behind the last line joins nothing."""
    return ((line, text) for line, text in joins.items() if line + 1 < count)


def _starts(lines: list[Paragraph]) -> list[int]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line.text) + 1
    return [*starts, offset]
