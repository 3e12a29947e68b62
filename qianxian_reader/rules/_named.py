"""Things that are counted and then called by name: as many names as the number says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qianxian_figures import Bound
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import plain, sentences
from qianxian_reader.rules._rule import Case, Rule

_NAMES_FOLLOW = re.compile(
    r"[^，。；：\d]{0,14}[，（]?(?:分别是|分别为|依次是|依次为|分别叫)[:：]?"
)
_LISTED = re.compile(r"[^。；（）()]*")
_JOINTS = re.compile(r"、|，(?=[^，]*(?:公司|合作社|村|社区|厂|园|站|场)(?:、|，|$))")
_LAST_JOINT = re.compile(r"(?:和|及|以及|与)(?=[^、和及与]{2,}$)")
_MORE = re.compile(r"等(?:$|[\d一二三四五六七八九十，])|等等|……")
# Names, not values or deeds: 分别为3个和5个, 分别是通过培训、就业……
_IS_NAME = re.compile(r"(?!通过|进行|开展|以|用|从|对|在)[^\d%]{2,20}")
_COUNTED = frozenset("个家所座名位条处村户项")
_FEWEST = 3


def _miscounted(reading: Reading) -> Iterator[Case]:
    """5家企业、1家酒厂，分别是…… and five names after it."""
    for sentence in sentences(reading):
        for place, last in enumerate(sentence):
            listed = _names_after(reading, last)
            if not listed:
                continue
            counted = _counted_with(sentence[: place + 1])
            said = sum((one.figure.value for one in counted), Decimal(0))
            if counted and said not in listed:
                yield _case(reading, counted, said, min(listed))


def _names_after(reading: Reading, one: Found) -> set[int]:
    """How many names follow a figure: with and without taking 和 for a joint; empty for none."""
    text = reading.paragraphs[one.paragraph].text
    lead = _NAMES_FOLLOW.match(text, one.end)
    if lead is None:
        return set()
    found = _LISTED.match(text, lead.end())
    words = found[0] if found else ""
    if _MORE.search(words):
        return set()
    names = [name.strip() for name in _JOINTS.split(words)]
    if len(names) > 1:
        names[-1] = names[-1].split("，")[0]
    if len(names) < _FEWEST or not all(_IS_NAME.fullmatch(name) for name in names):
        return set()
    joined = len(_LAST_JOINT.findall(names[-1]))
    return {len(names), len(names) + joined}


def _counted_with(figures: list[Found]) -> list[Found]:
    """The figures that the names are of: the last one and those listed right before it."""
    out: list[Found] = []
    for one in reversed(figures):
        figure = one.figure.figure
        is_count = figure.unit in _COUNTED and figure.bound is Bound.EXACT and figure.high is None
        if not is_count or (out and figure.unit != out[0].figure.figure.unit):
            break
        if out and one.figure.part_of is None and out[0].figure.part_of is not None:
            break
        out.insert(0, one)
    return out


def _case(reading: Reading, counted: list[Found], said: Decimal, names: int) -> Case:
    spans = tuple(one.figure.span for one in counted)
    unit = counted[0].figure.figure.unit
    sum_text = "＋".join(span.text for span in spans)
    total = f"{sum_text}共{plain(said)}{unit}" if len(spans) > 1 else f"{plain(said)}{unit}"
    return Case(
        spans,
        f"前面说{total}，“分别是”后面只写了{names}个名字。请核对是少写了还是数错了。"
        if names < said
        else f"前面说{total}，“分别是”后面写了{names}个名字。请核对。",
        quote=sum_text,
    )


RULES = (
    Rule("A107", Code.ARITHMETIC, Severity.ERROR, "说的个数与写出的名字个数不符", _miscounted),
)
