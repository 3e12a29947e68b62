"""Growth that does not follow from the values beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qianxian_figures import Kind
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import between, is_exact, precision, sentences, shown
from qianxian_reader.rules._rule import Case, Rule

_GROWN = re.compile(
    r"^(?:由|从)?[^，。；]{0,12}?(?:增加|提高|增长|上升|发展|扩大|下降|减少|降低)(?:到|至)"
)
_PERCENT = re.compile(
    r"[，、]?(?:同比|比上年|较上年|比去年|较去年)?(?:增长|增幅|增加|提高|上升|下降|减少|降低|回落)(?:比例|幅度)?(?:了|达到?|约|为)?"
)
_LAST_YEAR = re.compile(r"[，（]?[比较]?(?:去年|上年)(?:同期)?(?:的)?(?:为|是|完成|实现)?")
_MORE = re.compile(
    r"[，（]?(?:同比|比上年|较上年|比去年|较去年|比上年同期|较上年同期)(?:同期)?(?:净)?(?:增加|增收|增长|减少|下降|减收|增|减)(?:了)?"
)
# Statisticians reckon the growth of these in constant prices.
_CONSTANT = re.compile(r"生产总值|增加值|总产值|GDP|产值|收入$")
_POINTS = Decimal("0.5")
_WIDE = Decimal(1)


def _growth(reading: Reading) -> Iterator[Case]:
    """由200户增加到250户，增长30%; 今年250户，去年同期200户，增长30%; 250户，比上年增加50户，增长30%."""
    for sentence in sentences(reading):
        for first, second, third in zip(sentence, sentence[1:], sentence[2:], strict=False):
            if not _is_percent(third) or not all(map(is_exact, (first, second, third))):
                continue
            if first.figure.unit != second.figure.unit:
                continue
            if _PERCENT.fullmatch(between(reading, second, third).lstrip("）")):
                yield from _three(first, second, third, between(reading, first, second))


def _is_percent(one: Found) -> bool:
    return one.figure.unit == "%" and one.figure.figure.kind is Kind.CHANGE


def _three(first: Found, second: Found, third: Found, words: str) -> Iterator[Case]:
    one, other = first.figure.value, second.figure.value
    if _GROWN.match(words):
        told = f"由{first.figure.span.text}到{second.figure.span.text}，变动"
        yield from _checked(one, other, (first, second, third), _POINTS, told)
    elif _CONSTANT.search(first.figure.figure.measure):
        return
    elif _LAST_YEAR.fullmatch(words):
        if _is_share(one, other, third):
            return
        told = f"由{second.figure.span.text}到{first.figure.span.text}，变动"
        yield from _checked(other, one, (first, second, third), _WIDE, told)
    elif _MORE.fullmatch(words):
        is_fall = re.search("减|下降", words) is not None
        base = f"{first.figure.span.text}{'＋' if is_fall else '－'}{second.figure.span.text}"
        told = f"{second.figure.span.text}÷（{base}）＝"
        before = one + other if is_fall else one - other
        yield from _checked(before, one, (first, second, third), _WIDE, told)


def _is_share(added: Decimal, stock: Decimal, percent: Found) -> bool:
    """新增市场主体50户，比上年的500户增长10%: what was added is told beside what there was."""
    return (
        0 <= added < stock
        and percent.figure.value > 0
        and abs(added * 100 / stock - abs(percent.figure.value)) <= _WIDE
    )


def _checked(
    before: Decimal,
    after: Decimal,
    three: tuple[Found, Found, Found],
    points: Decimal,
    told: str,
) -> Iterator[Case]:
    if before <= 0:
        return
    percent = three[2]
    real = abs(after - before) * 100 / before
    # A value rounded to two digits leaves much room for the growth of it.
    room = points + 100 * (precision(three[0]) + precision(three[1])) / before
    if abs(real - abs(percent.figure.value)) <= room:
        return
    yield Case(
        (percent.figure.span, three[0].figure.span, three[1].figure.span),
        f"增幅对不上：{told}{shown(real)}%，文中写的是{percent.figure.span.text}。请核对三个数。",
        quote=percent.figure.span.text,
    )


RULES = (Rule("A104", Code.ARITHMETIC, Severity.ERROR, "增幅与前后两个数对不上", _growth),)
