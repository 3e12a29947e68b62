"""DocumentText laid out as a flow of lines and tables: the one place that adds marks and indents.

The .docx and the plain text are both written from it, so they say the same by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import assert_never

from qianxian_documents._clean import clean
from qianxian_documents._errors import BadLetterhead
from qianxian_documents._measures import CHARS_PER_LINE, letterhead_size, width_chars
from qianxian_documents._numbers import chinese_date
from qianxian_documents._text import (
    Attachments,
    Block,
    DocumentText,
    Heading,
    Note,
    Paragraph,
    Run,
    Signature,
    Table,
    plain,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: the id of its style, its runs, and what its style cannot know.

    Indents are in hundredths of a character, `size` in half points; None leaves it to the style.
    """

    style: str
    runs: tuple[Run, ...]
    left: int | None = None
    hanging: int | None = None
    right: int | None = None
    size: int | None = None
    keeps_next: bool = False


Flow = tuple[Line | Table, ...]


def flow_of(text: DocumentText, *, letterhead: bool = False) -> Flow:
    """Lay out a document. Raises BadLetterhead for a red head that names nobody."""
    head = _red_head(text) if letterhead else _plain_head(text)
    items = [_cleaned(item) for item in (*head, *_addressee(text), *_body(text))]
    for position, (item, following) in enumerate(pairwise(items)):
        if isinstance(item, Line) and isinstance(following, Line):
            is_kept = following.style == "Signature" and _is_short(item)
            items[position] = replace(item, keeps_next=is_kept)
    return tuple(items)


def _is_short(line: Line) -> bool:
    """Whether a line before a signature may be held to it, lest that stand on a page of its own.

    A long paragraph is not: LibreOffice would move all of it to the next page.
    """
    return width_chars(plain(line.runs)) <= 3 * CHARS_PER_LINE * 100


def to_text(text: DocumentText, *, letterhead: bool = False) -> str:
    """The document as plain text: a line for each paragraph, tabs between the cells of a table."""
    lines: list[str] = []
    for item in flow_of(text, letterhead=letterhead):
        if isinstance(item, Line):
            lines.append(plain(item.runs))
        else:
            lines.append("\t".join(map(_in_one_line, item.header)))
            lines += ["\t".join(_in_one_line(plain(cell)) for cell in row) for row in item.rows]
    return "".join(line + "\n" for line in lines)


def _in_one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ")


def _line(style: str, text: str) -> Line:
    return Line(style, (Run(text),))


def _red_head(text: DocumentText) -> Iterator[Line]:
    if not text.issuer.strip():
        raise BadLetterhead("红头要有发文机关，这份文稿没有填。")
    name = text.issuer if text.issuer.endswith("文件") else text.issuer + "文件"
    yield replace(_line("Letterhead", name), size=letterhead_size(name))
    # Printed even when empty, since it carries the red rule.
    yield _line("DocumentNumber", str(text.number or ""))
    yield _line("Title", text.title)


def _plain_head(text: DocumentText) -> Iterator[Line]:
    yield _line("Title", text.title)
    if text.issuer:
        yield _line("Subtitle", text.issuer)
    if text.number:
        yield _line("Subtitle", str(text.number))


def _addressee(text: DocumentText) -> Iterator[Line]:
    if text.addressee:
        named = text.addressee.rstrip("：:")
        yield _line("Salutation", named + "：")


def _body(text: DocumentText) -> Iterator[Line | Table]:
    for block in text.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[Line | Table]:
    match block:
        case Heading():
            yield Line(f"Heading{block.level}", block.runs)
        case Paragraph():
            yield Line("BodyText", block.runs)
        case Table():
            if block.caption:
                yield _line("Caption", block.caption)
            yield block
        case Attachments():
            yield from _attachments(block)
        case Signature():
            yield from _signature(block)
        case Note():
            inside = block.text.strip()
            bracketed = inside.startswith("（") and inside.endswith("）")
            yield _line("Note", inside if bracketed else f"（{inside}）")
        case _:
            assert_never(block)


def _attachments(block: Attachments) -> Iterator[Line]:
    # Each title hangs, so that its second line begins under its first character.
    only = len(block.titles) == 1
    for number, title in enumerate(block.titles, 1):
        mark = "附件：" if number == 1 else ""
        label = "" if only else f"{number}."
        left = 200 + width_chars("附件：" + label)
        yield replace(
            _line("Attachments", mark + label + title), left=left, hanging=width_chars(mark + label)
        )


def _signature(block: Signature) -> Iterator[Line]:
    day = chinese_date(block.date)
    issuer_gap, date_gap = _signature_gaps(
        width_chars(block.issuer), width_chars(day), sealed=block.sealed
    )
    yield replace(_line("Signature", block.issuer), right=issuer_gap)
    yield replace(_line("Date", day), right=date_gap)


def _signature_gaps(issuer: int, day: int, *, sealed: bool) -> tuple[int, int]:
    """How far issuer and date stand from the right edge, in hundredths of a character.

    Sealed (7.3.5.1): the date four characters in, the issuer centred over it.
    Unsealed (7.3.5.2): the issuer two characters in and the date beginning two characters after
    it; a date longer than the issuer stands two characters in and pushes the issuer left.
    """
    if sealed:
        return max(0, 400 + (day - issuer) // 2), 400
    if day > issuer:
        return 200 + day + 200 - issuer, 200
    # An issuer that fills its line wraps, and the date must still keep room for itself.
    return 200, min(issuer - day, 100 * CHARS_PER_LINE - day - 400)


def _cleaned(item: Line | Table) -> Line | Table:
    if isinstance(item, Line):
        return replace(item, runs=_clean_runs(item.runs))
    rows = tuple(tuple(map(_clean_runs, row)) for row in item.rows)
    return Table(tuple(map(clean, item.header)), rows, clean(item.caption))


def _clean_runs(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(Run(clean(run.text), run.figure) for run in runs)
