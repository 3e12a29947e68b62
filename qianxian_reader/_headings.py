"""Headings: their numbers, their levels, and where the heading ends when text follows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qianxian_figures import chinese
from qianxian_reader._paragraphs import Paragraph

_CN = "一二三四五六七八九十"
_FORMS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        1,
        re.compile(
            rf"(?:第[{_CN}]{{1,3}}(?:部分|章|篇)[、，：:]?|[{_CN}]{{1,3}}(?:、|\.(?!\d)|，(?=\S{{2,20}}$)))"
        ),
    ),
    (2, re.compile(rf"（[{_CN}]{{1,3}}）、?|第[{_CN}]{{1,3}}节[、，]?|[㈠-㈩]")),
    (3, re.compile(r"\d{1,2}(?:、|\.(?!\d)|．)")),
    (4, re.compile(r"（\d{1,2}）、?|[①-⑳]|\d{1,2}）")),
    (5, re.compile(rf"[{_CN}]{{1,2}}(?:是|要)(?=\S)|第[{_CN}]{{1,2}}，")),
    (3, re.compile(r"——|—(?=\S)")),
)
_DIGITS = re.compile(rf"[{_CN}]+|\d+")
_RUN_IN = re.compile(r"[^。！？；：]{2,42}?[。：]|[^。！？；]{2,30}?[。：！]")
_LONGEST = 42
_UNNUMBERED = 32
# How a line begins, and how it ends, that is no heading.
_NO_HEADING = re.compile(
    r"(?:各位|同志们|尊敬|此致|特此|现将|以上|附件|抄送|注[：:]|单位[：:]|表\d|图\d|女士|谢谢)"
    r"|\[|【|会议|（.*）$|\d{4}年\d{1,2}月(?:\d{1,2}日)?$"
)
_NO_HEADING_END = re.compile(
    r"(?:如下|汇报|报告|审议)[：:。]$|会议上[）。]?$|(?:指出|强调|主持会议)。?$|政府$|委员会$|办公室$"
)
_END = 6  # characters that hold every such end
_TITLE_WORDS = re.compile(r"总结|报告|计划|要点|安排|简介|概况|情况|汇报|方案|思路|规划|通报|公报")
_FIGURE = re.compile(r"\d[\d.,]*(?:%|[余多]?[万亿]?[户人元亩个家座件起场公平米吨名项])")


@dataclass(frozen=True, slots=True)
class Heading:
    """`end` is where the heading ends in its paragraph; text follows if that is not the end.

    ordinal   the number counted (（三） is 3), 0 without one
    """

    paragraph: int
    level: int
    number: str
    ordinal: int
    title: str
    end: int


def number_of(text: str) -> tuple[int, str, int]:
    """Level, number as it stands, ordinal of the number that a text begins with; 0 for none."""
    for level, form in _FORMS:
        found = form.match(text)
        if found:
            digits = _DIGITS.search(found[0])
            return level, found[0], _ordinal(digits[0] if digits else found[0])
    return 0, "", 0


def _ordinal(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if "㈠" <= text <= "㈩":
        return ord(text) - ord("㈠") + 1
    value = chinese(text)
    return int(value) if value is not None else 0


def headings(paragraphs: Sequence[Paragraph], skipped: Collection[int]) -> list[Heading]:
    """All headings in order; unnumbered ones take the level that their neighbours give them."""
    out: list[Heading] = []
    for paragraph in paragraphs:
        if paragraph.number in skipped or paragraph.cells:
            continue
        following = next(
            (one for one in paragraphs[paragraph.number + 1 :] if one.number not in skipped), None
        )
        heading = _numbered(paragraph) or _unnumbered(paragraph, following, out)
        if heading:
            out.append(heading)
    return out


def _numbered(paragraph: Paragraph) -> Heading | None:
    text = paragraph.text
    level, number, ordinal = number_of(text)
    if not level or _is_none(text):
        return None
    rest = text[len(number) :]
    if len(rest) <= _LONGEST and "。" not in rest[:-1] and not _FIGURE.search(rest):
        return Heading(paragraph.number, level, number, ordinal, _bare(rest), len(text))
    run_in = _RUN_IN.match(rest)
    if run_in and not _FIGURE.search(run_in[0]):
        end = len(number) + run_in.end()
        return Heading(paragraph.number, level, number, ordinal, _bare(run_in[0]), end)
    return Heading(paragraph.number, level, number, ordinal, "", len(number))


def _is_none(text: str) -> bool:
    return bool(_NO_HEADING.match(text) or _NO_HEADING_END.search(text[-_END:]))


def _bare(title: str) -> str:
    return title.strip().rstrip("。：；，.:;")


def _unnumbered(
    paragraph: Paragraph, following: Paragraph | None, before: Sequence[Heading]
) -> Heading | None:
    """A short line without figures before longer text. Its level comes from its role or form."""
    text = paragraph.text.strip()
    if not 3 <= len(text) <= _UNNUMBERED or _is_none(text) or _FIGURE.search(text):
        return None
    if "。" in text[:-1] or "；" in text or text.endswith(("，", "、", "！", "？", "；")):
        return None
    if following is None or following.cells:
        return None
    level = 1 if is_part(text) else 2
    if level == 2 and (len(following.text) < 1.5 * len(text) or text.endswith("：")):
        return None  # a line of a list, or the words that lead one in
    if not before and _TITLE_WORDS.search(text) and not text.endswith(("：", "回顾", "。")):
        return None  # the title of the report itself
    return Heading(paragraph.number, level, "", 0, _bare(text), len(paragraph.text))


_PART = re.compile(
    r"(?:工作)?(?:回顾|总结|打算|安排|计划|思路)[：:。]?$|^\d{4}年.{0,12}(?:回顾|安排|任务|工作|目标)"
    r"|存在的?(?:主要)?(?:问题|困难|不足)|^下一?步|^(?:主要|预期|奋斗)目标|^重点工作[：:]?$|时期.{0,20}(?:回顾|目标|任务|成就)"
    r"|(?:名词解释|注释|附件)"
)


def is_part(text: str) -> bool:
    """Whether an unnumbered heading names one of a report's main parts."""
    return bool(_PART.search(text))
