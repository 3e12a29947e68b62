"""Who sends a notice, under which number and title, on which day: read by where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from qianxian_reader.notice._calendar import Anchor, mentions
from qianxian_reader.notice._model import Found, Span
from qianxian_reader.notice._offices import is_office, office_of, offices_of
from qianxian_reader.notice._text import Line, lines

_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,12}\s*[〔\[［【（(]\s*20\d\d\s*[〕\]］】）)]\s*(?:第\s*)?\d{1,4}\s*号"
)
_KINDS = "通知|通报|函|意见|方案|通告|公告|决定|纪要|公示|请示|批复|提示|倡议书|要点|报告|命令|复函|预案|办法|细则"
_TITLE = re.compile(rf"关于.{{2,80}}的?(?:{_KINDS})(?:[（(].{{1,8}}[）)])?")
_QUOTED = re.compile(rf"《(关于[^《》\n]*(?:《[^《》]*》[^《》\n]*)*(?:{_KINDS}))》")
_DATE_LINE = re.compile(r"20\d\d\s*(?:年|[-./])\s*\d{1,2}\s*(?:月|[-./])\s*\d{1,2}\s*日?")
_DATE_CHINESE = re.compile(
    r"二[〇○零O]二[〇○零O一二三四五六七八九]年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_SENDER = re.compile(
    r"^(?:发件人|发件单位|发文单位|来文单位|发布单位|来源|发自|发送人|发送单位)\s*[:：]\s*(?P<name>\S+)"
)
_SENT = re.compile(r"^(?:时间|发送时间|日期|发件时间)\s*[:：]\s*")
_SENT_ALONE = re.compile(
    r"^20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+\d{1,2}[:：]\d\d(?:[:：]\d\d)?$"
)
_LEADS = re.compile(r"^(?:@\S+\s*)?(?P<name>[\u4e00-\u9fff（）()]{2,24})[:：](?=\S)(?!请|各)")
_TAGGED = re.compile(r"【(?P<name>[^】\n]{2,30})】")
_FORWARD = re.compile(
    r"(?:转发|转)\s*(?P<name>[^\s：:《》，。]{2,30}?)(?:的)?(?:紧急|最新|电话|微信|群内|工作)?(?:通知|消息|信息|要求|文件|来文|提示|来函)?\s*[:：]"
)
_TITLE_OF = re.compile(r"^(?P<name>[\u4e00-\u9fff（）()、\s]{3,70}?)\s*关于")
_CITED = re.compile(
    r"(?:接到?|收到|根据|按照|依据|遵照|应|按|据|转发?|经)\s*(?P<name>[\u4e00-\u9fff（）()]{2,30}?)(?:最新|今天|今日|刚才|的)?"
    r"(?:[电微口紧邮通来函要文安部工会短](?:话|信|头|急|件|知|电|求|件|排|署|作|议)?[\u4e00-\u9fff]{0,6}|《)"
)
_TOLD = re.compile(
    r"(?:^|[】\]，。：:\s])(?P<name>[\u4e00-\u9fff（）()]{2,30}?)(?:刚刚|刚才|今天|刚|最新|又)?"
    r"(?:[小老][\u4e00-\u9fff])?(?:紧急|来电|电话|发来|下发|来文|印发|下|发|临时)*(?:了)?(?:通知|要求|说|讲|来函|提示|明确|提醒)"
)
_CHAT_HEAD = re.compile(
    r"^(?P<name>[\u4e00-\u9fff（）()·\-—A-Za-z ]{2,30}?)\s*(?:20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s*)?(?:[上下]午|晚上|昨天|今天)?\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?\s*$"
)
_DASH_SIGN = re.compile(r"(?:——|--|－－|—)\s*(?P<name>[^\s—\-，。]{2,20})\s*(?:\S{2,4})?\s*$")
_TAIL = re.compile(r"[。！!；;\]）)】~～…](?P<name>[\u4e00-\u9fff]{2,30})\s*$")
_BRACKET_SIGN = re.compile(r"[（(](?P<name>[\u4e00-\u9fff]{2,24})[）)]\s*[。.]?\s*$")
_ADDRESSEE = re.compile(
    r"(?:^|@所有人|[】：:\s])\s*(?P<name>(?:各[^：:。\n]{1,60}|[^：:，。\n]{2,30}(?:政府|委员会|办公室|党委|办事处|局|村|站|所)))[：:]"
)
_ADDRESSED = re.compile(r"各(?:位)?[\u4e00-\u9fff（）()、/，各]{1,30}")


@dataclass(frozen=True, slots=True)
class Head:
    """The frame of a notice. `furniture` are the lines that say nothing but this.

    `sent` is the day on which a message was written, where its head says it.
    """

    issuer: Found | None
    number: Found | None
    title: Found | None
    issued_on: date | None
    furniture: tuple[Span, ...]
    is_document: bool


def read_head(text: str, anchor: Anchor) -> Head:
    rows = lines(text)
    signed = _signature(rows)
    titled = _title(rows)
    number = _number(text, rows, is_document=bool(signed or titled))
    issuer = _issuer(text, rows, signed, titled)
    sent = next(
        (row for row in rows[:6] if _SENT.match(row.text) or _SENT_ALONE.match(row.text)), None
    )
    day_line = signed[-1] if signed else sent
    used = [*signed, *_furniture(rows, number), *(titled or ()), *([sent] if sent else [])]
    return Head(
        issuer=issuer,
        number=number,
        title=_title_found(text, titled),
        issued_on=_day_of(text, day_line, anchor) if day_line else None,
        furniture=tuple(Span(row.start, row.end) for row in used),
        is_document=bool(signed or titled),
    )


def _furniture(rows: list[Line], number: Found | None) -> Iterator[Line]:
    for row in rows:
        is_number = number is not None and row.text.strip("（）()") == number.value
        if (
            is_number
            or _SENDER.match(row.text)
            or _CHAT_HEAD.match(row.text)
            or not re.search(r"\w", row.text)
        ):
            yield row
    for row in rows[:4]:
        if offices_of(row.text) or offices_of(row.text.removesuffix("文件")):
            yield row


def _day_of(text: str, row: Line, anchor: Anchor) -> date | None:
    words = row.text
    if found := _DATE_CHINESE.search(words):
        return _chinese_day(found[0])
    named = mentions(words, anchor)
    return named[0].on if named else None


_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
}


def _chinese_day(words: str) -> date | None:
    year, rest = words.split("年")
    in_digits = "".join(_DIGITS[c] for c in year)
    named = mentions(
        f"{in_digits}年{rest}", Anchor(date(int(in_digits), 1, 1), None, lambda d, n: d)
    )
    return named[0].on if named else None


def _signature(rows: list[Line]) -> list[Line]:
    """The lines of the offices that sign, and the one with the day, at the end of a document."""
    for at in range(len(rows) - 1, max(len(rows) - 8, -1), -1):
        words = rows[at].text
        found = _DATE_LINE.search(words) or _DATE_CHINESE.search(words)
        if found is None or found.end() < len(words.rstrip("。 ")):
            continue
        if found.start():
            tail = _tail_of(rows[at], found.start())
            if tail:
                return [tail]
            continue
        first = at
        while not found.start() and first and offices_of(rows[first - 1].text):
            first -= 1
        return rows[first : at + 1]
    return []


def _tail_of(row: Line, end: int) -> Line | None:
    """The office before the day at the end of a line, without the sentences before it."""
    start = max((row.text.rfind(stop, 0, end) + 1 for stop in "。！；"), default=0)
    start += len(row.text[start:end]) - len(row.text[start:end].lstrip())
    return Line(row.text[start:], row.start + start) if offices_of(row.text[start:end]) else None


def _signers(signed: list[Line]) -> Found | None:
    names: list[tuple[str, Span]] = []
    for row in signed:
        found = _DATE_LINE.search(row.text) or _DATE_CHINESE.search(row.text)
        words = row.text[: found.start()] if found else row.text
        at = 0
        for name in offices_of(words):
            at = words.index(name, at)
            names.append((name, row.span(at, at + len(name))))
            at += len(name)
    if not names:
        return None
    return Found("、".join(name for name, _ in names), tuple(span for _, span in names))


def _title(rows: list[Line]) -> tuple[Line, ...] | None:
    """The line, or the two or three that a title is broken over."""
    for at, row in enumerate(rows[:8]):
        if "关于" not in row.text or re.search(r"[。：:；]", row.text):
            continue
        for count in (1, 2, 3):
            words = "".join(one.text for one in rows[at : at + count])
            if (found := _TITLE.search(words)) and found.end() == len(words):
                return tuple(rows[at : at + count])
    return None


def _title_found(text: str, titled: tuple[Line, ...] | None) -> Found | None:
    if titled:
        words = "".join(row.text for row in titled)
        first, value = titled[0], words[words.index("关于") :]
        head = first.text.index("关于")
        spans = [
            first.span(head, len(first.text)),
            *(row.span(0, len(row.text)) for row in titled[1:]),
        ]
        return Found(value, tuple(spans))
    if found := _QUOTED.search(text):
        return Found(found[1], (Span(*found.span(1)),))
    return None


def _number(text: str, rows: list[Line], *, is_document: bool) -> Found | None:
    """On a line of its own; in a message also in the brackets behind the notice's name."""
    for row in rows[:8]:
        words = row.text.strip("（）() ")
        if (found := _NUMBER.fullmatch(words)) or (
            found := re.match(rf"(?:文号|发文字号)\s*[:：]\s*({_NUMBER.pattern})", row.text)
        ):
            value = found[found.lastindex or 0]
            at = row.text.index(value)
            return Found(value, (row.span(at, at + len(value)),))
    if is_document:
        return None
    found = _NUMBER.search(text)
    return (
        Found(_bare(found[0]), (Span(found.end() - len(_bare(found[0])), found.end()),))
        if found
        else None
    )


def _bare(number: str) -> str:
    """Without the words that ran into it: 文号是县人居办〔2026〕23号."""
    return re.sub(
        r"^.*(?:文号|文件|转发|根据|按照|见|收到|的|是|为)(?=[\u4e00-\u9fff]{2})", "", number
    )


def _issuer(
    text: str, rows: list[Line], signed: list[Line], titled: tuple[Line, ...] | None
) -> Found | None:
    finders: tuple[_Finder, ...] = (_named_sender, _tagged, _forwarded)
    for finder in finders:
        if found := finder(text, rows):
            return found
    if signed and (found := _signers(signed)):
        return found
    if found := _letterhead(rows):
        return found
    if titled and (found := _of_title(titled)):
        return found
    finders = (_signed_below, _cited, _leads, _chat_head)
    return next((found for finder in finders if (found := finder(text, rows))), None)


_Finder = Callable[[str, list[Line]], "Found | None"]


def _named_sender(_text: str, rows: list[Line]) -> Found | None:
    for row in rows[:8]:
        if (found := _SENDER.match(row.text)) and (name := office_of(found["name"])):
            return Found(name, (row.span(found.start("name"), found.start("name") + len(name)),))
    return None


def _tagged(text: str, _rows: list[Line]) -> Found | None:
    found = next((one for one in _TAGGED.finditer(text) if is_office(one["name"])), None)
    return _of_match(found) if found else None


def _forwarded(text: str, _rows: list[Line]) -> Found | None:
    found = next((one for one in _FORWARD.finditer(text) if is_office(one["name"])), None)
    return _of_match(found) if found else None


def _of_match(found: re.Match[str]) -> Found | None:
    name = office_of(found["name"])
    start = found.start("name") + found["name"].index(name) if name else 0
    return Found(name, (Span(start, start + len(name)),)) if name else None


def _letterhead(rows: list[Line]) -> Found | None:
    """XX文件, or the offices alone on the first lines."""
    for row in rows[:6]:
        words = row.text.removesuffix("文件")
        if words != row.text and (names := offices_of(words)):
            return Found("、".join(names), (row.span(0, len(words)),))
    names = offices_of(rows[0].text) if len(rows) > 1 else []
    return Found("、".join(names), (rows[0].span(0, len(rows[0].text)),)) if names else None


def _of_title(titled: tuple[Line, ...]) -> Found | None:
    words = titled[0].text
    found = _TITLE_OF.match(words if "关于" in words else f"{words}关于")
    names = offices_of(found["name"]) if found else []
    return (
        Found("、".join(names), (titled[0].span(0, len(found["name"])),))
        if found and names
        else None
    )


def _signed_below(text: str, rows: list[Line]) -> Found | None:
    """The office at the very end: on its own line, after a dash, behind the last full stop."""
    if len(rows) > 1 and (names := offices_of(rows[-1].text)):
        return Found("、".join(names), (rows[-1].span(0, len(rows[-1].text)),))
    for row in reversed(rows[-3:]):
        for pattern in (_DASH_SIGN, _TAIL, _BRACKET_SIGN):
            found = pattern.search(row.text)
            if found and (name := office_of(found["name"])):
                return Found(
                    name, (row.span(found.start("name"), found.start("name") + len(name)),)
                )
    name = office_of(rows[-1].text) if len(rows) > 1 else ""
    return Found(name, (rows[-1].span(0, len(name)),)) if name else None


def _cited(text: str, _rows: list[Line]) -> Found | None:
    """接XX电话通知; 根据XX《…》; XX通知：."""
    found = [
        one
        for pattern in (_CITED, _TOLD)
        for one in pattern.finditer(text)
        if is_office(one["name"])
    ]
    return _of_match(min(found, key=lambda one: one.start())) if found else None


def _leads(_text: str, rows: list[Line]) -> Found | None:
    """农技站：… in a message: who speaks, unless what follows is a request to them."""
    found = _LEADS.match(rows[0].text)
    if found is None or not is_office(found["name"]):
        return None
    return Found(found["name"], (rows[0].span(*found.span("name")),))


def _chat_head(_text: str, rows: list[Line]) -> Found | None:
    for at, row in enumerate(rows[:3]):
        found = _CHAT_HEAD.match(row.text)
        is_above = at + 1 < len(rows) and _SENT_ALONE.match(rows[at + 1].text)
        if found or is_above:
            for part in re.split(r"[-—（）()\s·]+", found["name"] if found else row.text):
                if name := office_of(part):
                    at = row.text.index(name)
                    return Found(name, (row.span(at, at + len(name)),))
    return None


def read_addressee(text: str) -> Found | None:
    found = _ADDRESSEE.search(text) or None
    if found:
        return Found(found["name"], (Span(*found.span("name")),))
    spoken = _ADDRESSED.search(text)
    return Found(spoken[0], (Span(*spoken.span()),)) if spoken else None
