"""This year's report: drafted from last year's words, written, and read back figure by figure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from lxml import etree

from qianxian.core.definitions import catalogue
from qianxian.indicators.printing import printed_figure
from qianxian.reports.models import SourceReport
from qianxian.reports.queries import Look, look_at
from qianxian.reports.services import draft_report
from qianxian.reports.services.publishing import docx_of
from qianxian.reports.slots import Form
from qianxian.selfcheck._round import Failed, Round, at
from qianxian_documents import read_figures
from qianxian_figures import Span
from qianxian_reader import read

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Written:
    """The file, and what it was made from."""

    look: Look
    data: bytes


def write_report(round_: Round, source: SourceReport) -> Written:
    day = round_.next_period.end + timedelta(days=5)
    town = round_.town
    report = draft_report(
        place=town.place,
        period=round_.next_period,
        by=town.writer,
        at=at(day),
        base=source,
        issuer=f"{town.place}人民政府",
    )
    look = look_at(report, on=day)
    return Written(look, docx_of(look, by=town.writer.name, at=at(day)))


def expected(written: Written) -> dict[str, str]:
    """Slot → what it must print. Values are computed here anew, by the engine of reference."""
    look = written.look
    out = {}
    for key, bound in look.figures.items():
        out[key] = bound.text
        if bound.slot.form is not Form.VALUE or not bound.printed:
            continue
        figure = look.reading.figures(
            [bound.slot.name], [bound.place.code], [bound.period], engine="reference"
        )[0]
        said = printed_figure(figure)
        if said is None or said.text != bound.text:
            raise Failed(f"{bound.name}：稿里写{bound.text}，重算是{said.text if said else '没有'}")
    return {key: text for key, text in out.items() if text}


def compare(written: Written) -> tuple[int, int]:
    """Read the file back both ways: (figures printed, of them also seen by the reader)."""
    wanted = expected(written)
    found = _printed(written, wanted)
    for key, text in found:
        if text != wanted[key]:
            name = written.look.figures[key].name
            raise Failed(f"{name}（{key}）：应是{wanted[key]}，文件里写的是{text}")
    if missing := sorted(set(wanted) - {key for key, _ in found}):
        name = written.look.figures[missing[0]].name
        raise Failed(f"{name}（{missing[0]}）：应是{wanted[missing[0]]}，文件里找不到这个数")
    return len(found), _seen_by_reader(written, wanted)


def _printed(written: Written, wanted: Mapping[str, str]) -> list[tuple[str, str]]:
    """The figures of the file that are to be compared: slot and text, in the order of the text."""
    runs = read_figures(written.data)
    return [(run.figure, run.text) for run in runs if run.figure and run.figure in wanted]


def _seen_by_reader(written: Written, wanted: Mapping[str, str]) -> int:
    """Printed figures where the reader, which knows nothing of slots, finds a figure too."""
    document = read(written.data, "本年报告.docx", catalogue=catalogue())
    spans: dict[str, list[Span]] = {}
    for one in document.figures:
        spans.setdefault(document.lines[one.span.line - 1], []).append(one.span)
    seen = 0
    for line in written.look.lines:
        start = 0
        for run in line.runs:
            end = start + len(run.text)
            found = spans.get(line.text, ()) if run.figure in wanted else ()
            seen += any(span.start < end and start < span.end for span in found)
            start = end
    return seen


def retype_one(written: Written, seed: int) -> tuple[Written, str]:
    """The file with one figure retyped, as with a word processor, and which slot it was."""
    wanted = expected(written)
    runs = read_figures(written.data)
    known = [number for number, run in enumerate(runs) if run.figure in wanted]
    chosen = Random(seed).choice(known)  # noqa: S311  a place for a fault, no secret
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written.data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            is_text = item.filename == "word/document.xml"
            new.writestr(item, _retyped(part, chosen) if is_text else part)
    return Written(written.look, out.getvalue()), runs[chosen].figure or ""


def _retyped(part: bytes, chosen: int) -> bytes:
    """The document with one digit changed in the bookmark of this number."""
    root = etree.fromstring(part)
    number, is_inside = -1, False
    for element in root.iter():
        if element.tag == f"{_W}bookmarkStart":
            number, is_inside = number + 1, True
        elif element.tag == f"{_W}bookmarkEnd":
            is_inside = False
        elif element.tag == f"{_W}t" and is_inside and number == chosen:
            element.text = _other_digit(element.text or "")
            break
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _other_digit(text: str) -> str:
    for place, sign in enumerate(text):
        if sign.isdecimal():
            return text[:place] + str((int(sign) + 1) % 10) + text[place + 1 :]
    return f"{text}1"
