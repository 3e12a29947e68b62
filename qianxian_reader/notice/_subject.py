"""A short subject for a notice that has no title: what is asked, without when and of whom."""

from __future__ import annotations

import re

from qianxian_reader.notice._model import Found, Span
from qianxian_reader.notice._text import lines

_BODY = re.compile(r"(?P<what>.{3,20}?)(?:指挥部|领导小组|专班|工作组)(?:办公室)?$")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{0,6}?[省市县区镇乡]")
_WHEN = re.compile(
    r"(?:请|务必|要|于|在|以前)?(?:本周|下周|每周|周|星期|每月|今|明|后)?[天日]?[一二三四五六日]?(?:(?:20\d\d年)?\d{1,2}月)?\d{0,2}[日号]?(?:[（(](?:周|星期)[一二三四五六日天][）)])?(?:上午|下午|中午|晚上)?"
    r"(?:[\d一二三四五六七八九十]{1,3}(?:点半?|[:：]\d\d))?(?:下班)?(?:之前|以前|前|截止)|\d{1,2}\.\d{1,2}之?前|收到后|[一二三四五六七八九十\d]{1,3}个?(?:工作日|[天日])内"
)
_POLITE = re.compile(
    r"^(?:原定|原计划|请|烦请|麻烦|务必|把|将|各村|各位|各乡镇|大家|本村|要|，|、|于|尽快|抓紧|认真|一律|再|都)+"
)
_GREETING = re.compile(r"^(?:@\S+\s*|【[^】]*】|[^：:，。]{1,20}[：:]|提醒|转发)+")
_MEETING = re.compile(
    r"(?:召开|举行|举办|组织|开展)(?P<name>[^，。；：\n]{2,30}?(?:会议|会|培训班?|演练|比赛))(?=[，。；\n的]|$)"
)
_STOP = re.compile(r"[，。；：！\n]")
_LONGEST = 30


def made_title(text: str, issuer: Found | None, asks: tuple[Found, ...]) -> Found | None:
    """Put together from the words; a person corrects it."""
    if held := _MEETING.search(text):
        return Found(held["name"].strip("“”《》"), (Span(*held.span("name")),))
    body = _BODY.search(issuer.value) if issuer else None
    about = _PLACE.sub("", body["what"]) if body else ""
    words = next((made for ask in asks if (made := _short(ask.value))), "")
    if not words:
        words = _short(_GREETING.sub("", text.strip())) or _short(lines(text)[0].text)
    if about and about not in words:
        words = f"{about}：{words}" if words else about
    return Found(words[: _LONGEST + 10]) if words else None


def _short(words: str) -> str:
    words = _WHEN.sub("", words).replace("《", "").replace("》", "")
    parts = [_POLITE.sub("", part).strip("（）() ") for part in _STOP.split(words)]
    out = ""
    for part in parts:
        if not part or part[-1] in "到至" or part in ("包括", "包含"):
            continue
        if out and len(out) + len(part) >= _LONGEST:
            break
        out = f"{out}，{part}" if out else part[:_LONGEST]
        if len(out) >= 12:
            break
    return out if len(out) >= 3 else ""
