"""Products and averages that do not come out: households times a rate, an area times a yield."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qianxian_figures import convert, is_comparable
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import (
    between,
    is_exact,
    is_level,
    leading,
    plain,
    precision,
    sentences,
    shown,
)
from qianxian_reader.rules._rule import Case, Rule

_EACH = re.compile(
    r"(?:每|人均|户均|亩均|均)[\u4e00-\u9fff]{0,4}$"
    r"|每(?P<of>户|人|名|亩|头|只|座|处|个|家|台|吨|公里)[\u4e00-\u9fff]{0,12}$"
)
# 每人每月100元，全年共…: the total holds more factors than the two.
_EACH_TIME = re.compile(r"[每按/](?:年|月|天|日|季|次|学期|周|期)|年均|月均|[月年季]度?(?:补|发)")
_SUMMED = re.compile(r"(?:共|共计|合计|总计|总额|总金额)[\u4e00-\u9fff]{0,8}$")
_AVERAGE = re.compile(r"[，、（](?P<of>户|人|村|亩)均(?:达到?|为|约)?$")
_YIELD = re.compile(r"(?:平均)?(?:亩产|单产)(?:量)?(?:达到?|为|约)?$")
_OUTPUT = re.compile(r"总?产量?(?:达到?|为|约)?$")
_EXACTLY, _NEARLY = Decimal("0.01"), Decimal("0.02")
_UNITS = {"名": "人"}
_LEAD = 20


def _products(reading: Reading) -> Iterator[Case]:
    for sentence in sentences(reading):
        for one, other, third in zip(sentence, sentence[1:], sentence[2:], strict=False):
            if not all(is_exact(item) and is_level(item) for item in (one, other, third)):
                continue
            yield from _paid(reading, one, other, third)
            if not _EACH.search(_last_words(reading, other)):
                yield from _paid(reading, other, one, third)
            yield from _yielded(reading, one, other, third)
            yield from _averaged(reading, one, other, third)


def _clause(reading: Reading, one: Found) -> str:
    return re.split(r"[。；]", leading(reading, one, _LEAD))[-1]


def _last_words(reading: Reading, one: Found) -> str:
    return re.split("，", _clause(reading, one))[-1]


def _paid(reading: Reading, count: Found, price: Found, whole: Found) -> Iterator[Case]:
    """20户每户补助500元，共1.2万元."""
    if not is_comparable(price.figure.unit, whole.figure.unit):
        return
    words = _last_words(reading, price)
    each = _EACH.search(words)
    is_time = _EACH_TIME.search(words + between(reading, price, whole))
    if each is None or is_time or not _SUMMED.search(_clause(reading, whole)):
        return
    if each["of"] is None and price.figure.unit != "元":
        return
    if each["of"] is None or _UNITS.get(each["of"], each["of"]) == count.figure.unit:
        name = whole.figure.unit
        product = convert(count.figure.value * price.figure.value, price.figure.unit, name)
        if abs(product - whole.figure.value) > max(precision(whole), product * _EXACTLY):
            yield _case(whole, count, price, product, name, "数量、标准和总额")


def _yielded(reading: Reading, area: Found, each: Found, output: Found) -> Iterator[Case]:
    """种植面积3000亩，亩产800斤，总产量2400吨."""
    if area.figure.unit != "亩" or not _YIELD.search(_clause(reading, each)):
        return
    if not _OUTPUT.search(_clause(reading, output)):
        return
    if not is_comparable(each.figure.unit, output.figure.unit):
        return
    product = convert(area.figure.value * each.figure.value, each.figure.unit, output.figure.unit)
    if abs(product - output.figure.value) > precision(output) + product * _NEARLY:
        yield _case(output, area, each, product, output.figure.unit, "面积、单产和总产量")


def _averaged(reading: Reading, count: Found, whole: Found, each: Found) -> Iterator[Case]:
    """42户补助6.3万元，户均1800元."""
    average = _AVERAGE.search(_clause(reading, each))
    if average is None or average["of"] != count.figure.unit or not count.figure.value:
        return
    if whole.figure.unit != each.figure.unit:
        return
    real = whole.figure.value / count.figure.value
    room = precision(each) + precision(whole) / count.figure.value + real * _NEARLY
    if abs(real - each.figure.value) > room:
        unit = each.figure.unit
        yield Case(
            (each.figure.span, whole.figure.span, count.figure.span),
            f"平均数对不上：{whole.figure.span.text}÷{count.figure.span.text}＝{shown(real, '0.01')}{unit}，"
            f"文中写的是{each.figure.span.text}。请核对总数、{average['of']}数和平均数。",
            quote=each.figure.span.text,
        )


def _case(whole: Found, count: Found, each: Found, product: Decimal, unit: str, what: str) -> Case:
    return Case(
        (whole.figure.span, count.figure.span, each.figure.span),
        f"数量乘标准不等于总额：{count.figure.span.text}×{each.figure.span.text}＝{plain(product)}{unit}，"
        f"文中写的是{whole.figure.span.text}。请核对{what}。",
        quote=whole.figure.span.text,
    )


RULES = (Rule("A105", Code.ARITHMETIC, Severity.ERROR, "数量乘标准不等于总额", _products),)
