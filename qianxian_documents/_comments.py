"""Remarks put into somebody's .docx as Word comments, at the words that they are about.

The document stays as it is: only runs are cut where a remark begins or ends, which changes nothing
that is seen. Paragraphs are counted as a reader of the file counts them: every `w:p` of the body in
document order, those of tables and text boxes included, those repeated for old programs left out.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from qianxian_documents._docx_figures import UNREADABLE
from qianxian_documents._errors import NotADocument
from qianxian_documents._xml import MAIN, Element

_P, _R, _T = f"{{{MAIN}}}p", f"{{{MAIN}}}r", f"{{{MAIN}}}t"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What a reader of the text leaves out: the copy for old programs, moved-away words, readings.
_UNREAD = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    *(f"{{{MAIN}}}{name}" for name in ("moveFrom", "del", "rt")),
)
# Each stands for one character of the text.
_SIGNS = frozenset(f"{{{MAIN}}}{name}" for name in ("tab", "br", "cr", "noBreakHyphen"))


@dataclass(frozen=True, slots=True)
class Remark:
    """`text` about the characters from `start` to `end` of paragraph `number`, counted from 1."""

    number: int
    start: int
    end: int
    text: str


def add_comments(data: bytes, remarks: Sequence[Remark], *, author: str, initials: str) -> bytes:
    """The document with a comment for each remark.

    A remark about characters that the document does not have is put on the whole paragraph, one
    about a paragraph that it does not have on the first one that has text. Raises NotADocument.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
    except UNREADABLE as error:
        raise NotADocument(
            "它不是完好的 .docx 文件，写不了批注。请在 Word 或 WPS 中另存后再试。"
        ) from error
    paragraphs = list(_paragraphs(document.element.body))
    # From the end of a paragraph to its start, so that cutting runs moves no later remark.
    for remark in sorted(remarks, key=lambda one: (one.number, one.start), reverse=True):
        runs = _runs_of(paragraphs, remark)
        if runs:
            _comment(document, runs, remark.text, author, initials)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _comment(document: Any, runs: list[Element], text: str, author: str, initials: str) -> None:
    from docx.text.run import Run

    # lxml makes these elements of the library's own classes; its types cannot know.
    ends = [Run(cast(Any, run), document) for run in (runs[0], runs[-1])]
    document.add_comment(ends, text=text, author=author, initials=initials)


def _paragraphs(body: Element) -> Iterator[Element]:
    return (one for one in body.iter(_P) if not _is_unread(one))


def _is_unread(node: Element) -> bool:
    return next(node.iterancestors(*_UNREAD), None) is not None


def _runs(paragraph: Element) -> Iterator[Element]:
    """The runs of the paragraph itself, without those of text boxes that hang on it."""
    return (run for run in paragraph.iter(_R) if next(run.iterancestors(_P)) is paragraph)


def _runs_of(paragraphs: Sequence[Element], remark: Remark) -> list[Element]:
    """The runs that hold exactly the remark's characters."""
    if not 0 < remark.number <= len(paragraphs):
        return _first_with_text(paragraphs)
    paragraph = paragraphs[remark.number - 1]
    inside = _cut(paragraph, remark.start, remark.end)
    return inside or _text_runs(paragraph) or _first_with_text(paragraphs)


def _first_with_text(paragraphs: Sequence[Element]) -> list[Element]:
    return next((runs for one in paragraphs if (runs := _text_runs(one))), [])


def _text_runs(paragraph: Element) -> list[Element]:
    return [run for run in _runs(paragraph) if _length(run)]


def _pieces(run: Element) -> list[Element]:
    if _is_unread(run):
        return []
    return [node for node in run if node.tag == _T or node.tag in _SIGNS]


def _length(run: Element) -> int:
    return sum(len(node.text or "") if node.tag == _T else 1 for node in _pieces(run))


def _cut(paragraph: Element, start: int, end: int) -> list[Element]:
    """Cut runs at both ends of a stretch of text; returns the runs between the cuts."""
    found: list[Element] = []
    offset = 0
    for run in list(_runs(paragraph)):
        length = _length(run)
        begin, until = max(start, offset), min(end, offset + length)
        if begin < until:
            inside = run if begin == offset else _split(run, begin - offset)
            if until < offset + length:
                _split(inside, until - begin)
            found.append(inside)
        offset += length
    return found


def _split(run: Element, place: int) -> Element:
    """Cut a run so that the first keeps `place` characters; returns the second."""
    second = copy.deepcopy(run)
    seen = 0
    for node, twin in zip(_pieces(run), _pieces(second), strict=True):
        size = len(node.text or "") if node.tag == _T else 1
        kept = min(max(place - seen, 0), size)
        seen += size
        _keep(run, node, kept, size, from_start=True)
        _keep(second, twin, kept, size, from_start=False)
    run.addnext(second)
    return second


def _keep(run: Element, node: Element, kept: int, size: int, *, from_start: bool) -> None:
    stays = kept if from_start else size - kept
    if not stays:
        run.remove(node)
    elif node.tag == _T:
        text = node.text or ""
        node.text = text[:kept] if from_start else text[kept:]
        node.set(_SPACE, "preserve")
