"""The front door: the words of a notice to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from qianxian_reader.notice._asks import read_asks
from qianxian_reader.notice._calendar import Anchor, WorkingDayAfter
from qianxian_reader.notice._days import deadline_of, read_days, within
from qianxian_reader.notice._head import Head, read_addressee, read_head
from qianxian_reader.notice._model import Day, Found, NoticeRead, Span
from qianxian_reader.notice._subject import made_title
from qianxian_reader.notice._text import Line, lines, plain

_ATTACHED = re.compile(
    r"^\s*附\s*件\s*(?P<n>\d{0,2})\s*[:：.]\s*(?:\d{1,2}\s*[.、．]\s*)?(?P<name>[^：:\s].{1,60})$"
)
_ATTACHED_NEXT = re.compile(r"^\s*\d{1,2}\s*[.、．]\s*(?P<name>\S.{1,60})$")
_NAMED = re.compile(
    r"(?P<name>《[^《》\n]{2,40}》|[\u4e00-\u9fff]{2,20}(?:表|册|清单|模板|样表|名单))\s*[（(](?:见)?附件\s*\d{0,2}[）)]"
)
_FILE = re.compile(
    r"(?P<name>[\u4e00-\u9fff（）()\w]{2,40}\.(?:docx?|xlsx?|pdf|wps|et|zip|rar))", re.I
)
_FORWARDED = re.compile(
    r"转发|发件人\s*[:：]|【[^】\n]{2,30}(?:局|办|委|部|政府|中心|指挥部)】[^\n]"
)
# A line to the group below a message that begins otherwise: whoever passed it on speaks.
_TO_GROUP = re.compile(r"\A(?!@)[^\n]*(?:\n[^\n]*)*?\n\s*@(?:所有人|全体)")
_REMARK = re.compile(
    r"^(?:@|请(?:各|大家|石|相关|有关)|各村|各位|大家|以上|麻烦|村里|我们|镇里|另)"
)
_RULE = re.compile(r"^[-—=_*~]{4,}")
_ACKNOWLEDGE = re.compile(
    r"(?:请)?收到(?:后)?(?:均?请|的)?(?:及时)?(?:接龙|回复|回1|回一下|扣1)|(?:收到)?请回复(?:收到)?(?=[\[。！!，\s]|$)"
)
_CLASSES = re.compile(r"基本履职|配合履职|上级(?:部门)?收回")
_VILLAGES = re.compile(
    r"各(?:行政)?村(?!民小组)|各(?:位)?(?:支书|书记、主任|村书记|村主任|党总支|党支部|报账员|网格员)|@所有人|每个?村|村里的|各社区|所有村"
)


def read_notice(text: str, *, received: datetime, working_day_after: WorkingDayAfter) -> NoticeRead:
    """Read a pasted message or a document. `received` is in the office's own time.

    Relative days count from the day of receipt, in a message that was passed on from the day it
    was written.
    """
    text = plain(text.replace("\r\n", "\n").replace("\r", "\n"))
    anchor = Anchor(received.date(), None, working_day_after)
    if not text.strip():
        return _nothing(text)
    head = read_head(text, anchor)
    anchor = Anchor(_written_on(head, anchor), head.issued_on, working_day_after)
    quoted, passed_on = _quoted(text)
    skip = [*head.furniture, *_lists_of_files(text)]
    days = read_days(text, anchor, head.furniture)
    theirs = list(within(days, quoted))
    quoted_days = set(theirs)
    own = [day for day in days if day not in quoted_days]
    asks = _asks_of(text, quoted, skip, days)
    deadline = deadline_of(theirs, received.date()) or deadline_of(own, received.date())
    for_villages = deadline_of(own, received.date())
    return NoticeRead(
        text=text,
        issuer=head.issuer,
        number=head.number,
        title=head.title or made_title(text, head.issuer, asks),
        issued_on=head.issued_on,
        deadline=deadline if asks else None,
        for_villages=for_villages if asks and for_villages != deadline else None,
        days=tuple(days),
        asks=asks,
        attachments=tuple(_attachments(text)),
        addressee=read_addressee(text),
        acknowledge=_first(_ACKNOWLEDGE, text),
        list_class=_class_of(text),
        to_villages=bool(_VILLAGES.search(text)),
        passed_on=passed_on,
    )


def _nothing(text: str) -> NoticeRead:
    return NoticeRead(
        text=text,
        issuer=None,
        number=None,
        title=None,
        issued_on=None,
        deadline=None,
        for_villages=None,
        days=(),
        asks=(),
        attachments=(),
        addressee=None,
        acknowledge=None,
        list_class=None,
        to_villages=False,
        passed_on=False,
    )


def _written_on(head: Head, anchor: Anchor) -> date:
    """明天 in a message that lay a day is counted from when it was written."""
    written = head.issued_on
    is_message = written is not None and not head.is_document
    return written if written and is_message and written <= anchor.received else anchor.received


def _asks_of(
    text: str, quoted: Sequence[Span], skip: Sequence[Span], days: Sequence[Day]
) -> tuple[Found, ...]:
    """What the superior asks; what whoever passed it on adds only where that is all."""
    own = [Span(row.start, row.end) for row in lines(text) if not _is_in(row, quoted)]
    return read_asks(text, [*skip, *own], days) or read_asks(text, skip, days)


def _is_in(row: Line, spans: Sequence[Span]) -> bool:
    return any(span.start <= row.start < span.end for span in spans)


def _first(pattern: re.Pattern[str], text: str) -> Found | None:
    found = pattern.search(text)
    return Found(found[0], (Span(*found.span()),)) if found else None


def _class_of(text: str) -> Found | None:
    found = _first(_CLASSES, text)
    return Found(found.value.replace("部门", ""), found.spans) if found else None


def _quoted(text: str) -> tuple[list[Span], bool]:
    """What the superior wrote, without the words of whoever passed it on."""
    whole = [Span(0, len(text))]
    if not (_FORWARDED.search(text) or _TO_GROUP.match(text)):
        return whole, False
    rows = lines(text)
    opened = next((n for n, row in enumerate(rows) if _FORWARDED.search(row.text)), 0)
    kept = [row for n, row in enumerate(rows) if not _is_remark(rows, n, opened)]
    return [Span(row.start, row.end) for row in kept] or whole, True


def _is_remark(rows: Sequence[Line], at: int, opened: int) -> bool:
    """A line before the message begins, after it was closed, or that turns to the villages."""
    if at == opened:
        return False
    closed = any(_RULE.match(row.text) for row in rows[opened + 1 : at])
    return at < opened or closed or bool(_REMARK.match(rows[at].text))


def _lists_of_files(text: str) -> list[Span]:
    return [Span(row.start, row.end) for row, _ in _file_rows(text)]


def _file_rows(text: str) -> Iterator[tuple[Line, re.Match[str]]]:
    is_list = False
    for row in lines(text):
        found = _ATTACHED.match(row.text) or (_ATTACHED_NEXT.match(row.text) if is_list else None)
        is_list = bool(found)
        if found:
            yield row, found


def _attachments(text: str) -> Iterator[Found]:
    seen: list[str] = []
    for row, found in _file_rows(text):
        name = found["name"].rstrip("。；; ")
        seen.append(name)
        start = found.start("name")
        yield Found(name, (row.span(start, start + len(name)),))
    # Names in the sentences only where no list tells them better.
    for pattern in (_FILE,) if seen else (_NAMED, _FILE):
        for named in pattern.finditer(text):
            name = named["name"].strip("《》")
            if not any(name in one or one in name for one in seen):
                seen.append(name)
                yield Found(name, (Span(*named.span("name")),))
