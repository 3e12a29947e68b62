"""This year's report: drafted from last year's words, written, and read back figure by figure."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from lxml import etree

from qianxian.core.definitions import catalogue
from qianxian.reports.models import SourceReport
from qianxian.reports.printing import printed_figure
from qianxian.reports.queries import Look, look_at
from qianxian.reports.services import draft_report
from qianxian.reports.services.publishing import docx_of
from qianxian.reports.slots import Form
from qianxian.selfcheck._round import Failed, Round, at
from qianxian_documents import read_figures
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
    found = [run for run in read_figures(written.data) if run.figure in wanted]
    for run in found:
        if run.text != wanted[run.figure]:
            raise Failed(_differs(written, run.figure, run.text))
    if missing := set(wanted) - {run.figure for run in found}:
        gone = sorted(missing)[0]
        raise Failed(f"{written.look.figures[gone].name}：应是{wanted[gone]}，文件里找不到这个数")
    return len(found), _seen_by_reader(written, wanted)


def _differs(written: Written, key: str, found: str) -> str:
    bound = written.look.figures[key]
    return f"{bound.name}（{key}）：应是{bound.text}，文件里写的是{found}"


def _seen_by_reader(written: Written, wanted: dict[str, str]) -> int:
    """Figures that the reader finds in the same words where the file prints them.

    Raises Failed where it finds another number inside a printed figure.
    """
    document = read(written.data, "本年报告.docx", catalogue=catalogue())
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for one in document.figures:
        line = document.lines[one.span.line - 1]
        spans.setdefault(line, []).append((one.span.start, one.span.end, one.span.text))
    seen = 0
    for line in written.look.lines:
        start = 0
        for run in line.runs:
            end = start + len(run.text)
            if run.figure in wanted:
                seen += any(
                    start <= first and last <= end or first <= start and end <= last
                    for first, last, _ in spans.get(line.text, ())
                )
            start = end
    return seen


def retype_one(written: Written, seed: int) -> tuple[Written, str]:
    """One figure of the file retyped: the file, and which slot it was."""
    wanted = expected(written)
    runs = [run for run in read_figures(written.data) if run.figure in wanted]
    chosen = Random(seed).randrange(len(runs))  # noqa: S311  a place for a fault, no secret
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written.data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename == "word/document.xml":
                part = _retyped(part, chosen, {run.figure for run in runs}, written)
            new.writestr(item, part)
    return Written(written.look, out.getvalue()), runs[chosen].figure or ""


def _retyped(part: bytes, chosen: int, _keys: set[str | None], written: Written) -> bytes:
    """The text of the chosen figure with one digit more than it had."""
    root = etree.fromstring(part)
    number, is_inside = -1, False
    slots = iter(read_figures(written.data))
    wanted = expected(written)
    for element in root.iter():
        if element.tag == f"{_W}bookmarkStart" and (run := next(slots, None)) is not None:
            is_inside = run.figure in wanted
            number += is_inside
        elif element.tag == f"{_W}bookmarkEnd":
            is_inside = False
        elif element.tag == f"{_W}t" and is_inside and number == chosen:
            element.text = _other_digit(element.text or "")
            break
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _other_digit(text: str) -> str:
    for place, sign in enumerate(text):
        if sign.isdigit():
            return text[:place] + str((int(sign) + 1) % 10) + text[place + 1 :]
    return f"{text}1"
