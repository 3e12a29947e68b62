"""Title, place, year and kind of a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qianxian_figures import Period
from qianxian_reader._document import ReportKind
from qianxian_reader._headings import number_of
from qianxian_reader._paragraphs import Paragraph

_TITLE = re.compile(
    r"总结|报告|计划|要点|安排|简介|概况|基本情况|汇报|方案|思路|规划|通报|公报|情况|新常态|发展$|供应$|资源$"
)
_LABELLED = re.compile(r"^标题[：:](.+)$")
_NOT_TITLE = re.compile(
    r"[。；！？]|^[（(—一二三四五六七八九十]{1,3}[、）)]|^（|^——|^各位|^现在|^来源|^时间"
)
_YEAR = re.compile(r"[12](?<!\d.)(?:(?<=1)9|(?<=2)0)\d{2}(?=年|—|-|－|至)")
_CN_ORDINAL = r"[一二三四五六七八九十]{1,3}"
_UNIT = r"(?:自治区|自治州|自治县|街道|[省市州盟县区旗乡镇村])"
_PLACE = re.compile(
    rf"((?:[\u4e00-\u9fff]{{1,8}}?{_UNIT})+?)(?=\d|人民政府|政府|党委|党工委|办事处|街道办|委员会|关于|基本|简介|概况|年|$|工作)"
)
_CONGRESS = re.compile(
    rf"(?:^|在)([\u4e00-\u9fff]{{1,11}}?(?:自治区|自治州|自治县|[省市县区旗乡镇]))第?{_CN_ORDINAL}届"
)
_GOVERNMENT = re.compile(
    r"^([\u4e00-\u9fff]{1,11}?(?:自治区|自治州|自治县|[省市县区旗乡镇]))人民政府"
)
_FREQUENT = re.compile(
    r"(?<![\u4e00-\u9fff])(?!城乡|和|与|各|年|月|日|城镇|乡镇|集镇|全)([\u4e00-\u9fff]{1,4}?(?:街道|[乡镇县]))(?=位于|地处|成立|环绕|现辖|党委|坚持|居|属于|幅员|总面积)"
)
# The end of such a name: a quick look before the search.
_TOLD_OF = re.compile(r"[道乡镇县](?:位于|地处|成立|环绕|现辖|党委|坚持|居|属于|幅员|总面积)")
_LEADING = re.compile(
    r"^[——（]*(?:\d{4}年)?(?:\d{1,2}月\d{1,2}日)?(?:度)?(?:现在，)?(?:我代表|中共|关于|在|由|对)*"
)
_SPOKEN = re.compile(r"^[—（]*\d{4}年\d{1,2}月\d{1,2}日")

_KINDS: tuple[tuple[re.Pattern[str], ReportKind], ...] = (
    (re.compile(r"上半年|半年"), ReportKind.HALF_YEAR),
    (re.compile(r"总结|政府工作报告|工作报告|年度报告|工作情况|述职|完成情况"), ReportKind.ANNUAL),
    (re.compile(r"通报"), ReportKind.BULLETIN),
    (re.compile(r"计划|要点|打算|安排|思路|规划|方案|总体要求|预期目标"), ReportKind.PLAN),
    (re.compile(r"基本情况|概况|简介|介绍"), ReportKind.PROFILE),
)


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    place: str
    year: int | None
    kind: ReportKind
    period: Period | None
    title_at: int  # number of the title's paragraph, -1 without one


def head(paragraphs: Sequence[Paragraph], skipped: Collection[int]) -> Head:
    title, number = _title(paragraphs, skipped)
    body = [one.text for one in paragraphs if one.number not in skipped]
    kind = _kind(title, body)
    year = _year(title, body) or _year(title, [one.text for one in paragraphs])
    return Head(title, _place(title, body), year, kind, _period(year, kind), number)


def _title(paragraphs: Sequence[Paragraph], skipped: Collection[int]) -> tuple[str, int]:
    for paragraph in paragraphs[:12]:
        labelled = _LABELLED.match(paragraph.text)
        if labelled:
            return labelled[1].strip(), paragraph.number
    candidates = [
        one
        for one in paragraphs[:14]
        if one.number not in skipped
        and 4 <= len(one.text.strip()) <= 60
        and _TITLE.search(one.text)
        and not _NOT_TITLE.search(one.text)
        and not number_of(one.text)[0]
    ]
    # 政府工作报告 alone says neither whose nor when: a fuller line near it is the title.
    fuller = [one for one in candidates if _YEAR.search(one.text) or _PLACE.match(one.text)]
    best = next(iter(fuller or candidates), None)
    return (best.text.strip(), best.number) if best else ("", -1)


def _kind(title: str, body: Sequence[str]) -> ReportKind:
    for pattern, kind in _KINDS:
        if pattern.search(title):
            return kind
    heads = " ".join(text for text in body if len(text) < 30)
    if re.search(r"基本情况|简介|概况", heads):
        return ReportKind.PROFILE
    if re.search(r"工作(?:总结|回顾|开展情况)|完成情况", heads):
        return ReportKind.ANNUAL
    return ReportKind.OTHER


def _year(title: str, body: Sequence[str]) -> int | None:
    """The title's year, else the year of the speech or the part, else the latest one told of."""
    found = _YEAR.search(title)
    if found:
        return int(found[0])
    spoken = next((text for text in body[:5] if len(text) < 45 and _SPOKEN.search(text)), "")
    years = [int(year) for text in ([spoken] if spoken else body) for year in _YEAR.findall(text)]
    return max(years, default=None)


def _period(year: int | None, kind: ReportKind) -> Period | None:
    if year is None:
        return None
    return Period.of(f"{year}-H1") if kind is ReportKind.HALF_YEAR else Period.year(year)


def _place(title: str, body: Sequence[str]) -> str:
    """Whose report it is: from the title, the meeting it was given at, or the first sentences."""
    named = _PLACE.search(_LEADING.sub("", title))
    if named and len(named[1]) <= 16:
        return named[1]
    opening = [_LEADING.sub("", text) for text in body[:6]]
    for pattern in (_CONGRESS, _GOVERNMENT):
        for text in opening:
            found = pattern.search(text)
            if found:
                return found[1]
    told = (text for text in body[:20] if _TOLD_OF.search(text))
    names = Counter(name for text in told for name in _FREQUENT.findall(text))
    return names.most_common(1)[0][0] if names else ""
