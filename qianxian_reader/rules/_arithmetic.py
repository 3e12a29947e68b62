"""Sums, rates and products that do not come out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from qianxian_figures import Bound, Kind
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

_MOST_PARTS = 12  # more parts have too many subsets that fit by chance
_NEAR = Decimal("0.02")
_LEAD = 8  # characters that may lead up to a sum
_SUMMED = re.compile(r"(?:合计|共计|总计|总数)(?:为|达|约)?$")
_EACH = re.compile(r"(?:每|按每|人均|户均|亩均|均)(?:年|月)?([\u4e00-\u9fff]{0,4})$")
_POINTS = Decimal(2)
_NEARLY_ALL = Decimal(99)
_NO_RATE = re.compile(r"增长率|出生率|自然增长|利率|税率|失业率|容积率")


def _precision(one: Found) -> Decimal:
    """Half a unit of the last digit written: 1.85万 may be anything from 1.845 to 1.855万."""
    text = one.figure.span.text.replace(",", "")
    found = re.search(r"\d+(?:\.(\d+))?", text)
    if not found:
        return Decimal(0)
    written = Decimal(found[0])
    factor = abs(one.figure.value / written) if written else Decimal(1)
    return factor * Decimal(10) ** -len(found[1] or "") / 2


def _slack(items: Sequence[Found]) -> Decimal:
    """How far a sum may be off: decimals were rounded one by one, whole numbers rarely."""
    precisions = [_precision(one) for one in items]
    are_rounded = any("." in one.figure.span.text for one in items)
    return sum(precisions, Decimal(0)) if are_rounded else max(precisions, default=Decimal(0))


def _is_exact(one: Found) -> bool:
    return one.figure.figure.bound is Bound.EXACT and one.figure.figure.high is None


def _wholes(reading: Reading) -> Iterator[tuple[Found, list[Found]]]:
    """Figures with the parts that the text lists of them, in the same unit."""
    parts: dict[int, list[Found]] = defaultdict(list)
    for one in reading.found:
        whole = one.figure.part_of
        if whole is not None and one.is_listed and not one.is_pair:
            parts[whole].append(one)
    for whole, members in parts.items():
        top = reading.found[whole]
        same = [m for m in members if m.figure.unit == top.figure.unit and _is_level(m)]
        if _is_level(top) and same:
            yield top, same


def _is_level(one: Found) -> bool:
    return one.figure.figure.kind is Kind.LEVEL


def _parts(reading: Reading) -> Iterator[Case]:
    """其中 parts that are more than the whole together, or miss it by little."""
    for whole, parts in _wholes(reading):
        if len(parts) < 2 or not all(map(_is_exact, (whole, *parts))):
            continue
        if any(part.figure.value > whole.figure.value for part in parts):
            continue  # impossible by itself, told by another rule
        total = sum((part.figure.value for part in parts), Decimal(0))
        target = whole.figure.value
        slack = _slack([*parts, whole])
        misses = total > target + slack or slack < abs(total - target) <= target * _NEAR
        if misses and not _some_add_up(parts, target, slack):
            yield _sum_case(whole, parts, total)


def _some_add_up(parts: Sequence[Found], target: Decimal, slack: Decimal) -> bool:
    """Overlapping groups (女劳动力 beside 农业劳动力) may be listed together."""
    if len(parts) > _MOST_PARTS:
        return False
    sizes = range(2, len(parts) + 1)
    return any(
        abs(sum((p.figure.value for p in chosen), Decimal(0)) - target) <= slack
        for size in sizes
        for chosen in combinations(parts, size)
    )


def _sum_case(whole: Found, parts: Sequence[Found], total: Decimal) -> Case:
    unit = whole.figure.unit
    sum_text = "＋".join(_plain(part.figure.value) for part in parts)
    relation = "超过" if total > whole.figure.value else "不等于"
    return Case(
        (whole.figure.span, *(part.figure.span for part in parts)),
        f"分项之和{relation}总数：{sum_text}＝{_plain(total)}{unit}，总数写的是{_plain(whole.figure.value)}{unit}，"
        f"相差{_plain(abs(total - whole.figure.value))}{unit}。请核对各项和总数，或写明各项有交叉。",
        quote=whole.figure.span.text,
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _totals(reading: Reading) -> Iterator[Case]:
    """甲3户、乙4户，合计8户."""
    for sentence in _sentences(reading):
        for place, one in enumerate(sentence):
            before = reading.paragraphs[one.paragraph].text
            before = before[max(0, one.start - _LEAD) : one.start]
            if not _SUMMED.search(before) or not _is_exact(one):
                continue
            items = [
                item
                for item in sentence[:place]
                if item.figure.unit == one.figure.unit
                and _is_level(item)
                and item.figure.part_of is None
            ]
            if len(items) < 2 or not all(map(_is_exact, items)):
                continue
            total = sum((item.figure.value for item in items), Decimal(0))
            slack = _slack([*items, one])
            fits = abs(total - one.figure.value) <= slack
            if not fits and not _some_add_up(items, one.figure.value, slack):
                yield _sum_case(one, items, total)


def _sentences(reading: Reading) -> Iterable[list[Found]]:
    groups: dict[tuple[int, int], list[Found]] = defaultdict(list)
    for one in reading.found:
        groups[(one.paragraph, one.sentence)].append(one)
    return groups.values()


def _rates(reading: Reading) -> Iterator[Case]:
    """化解19件，共54件，化解率36%: a rate that its own numbers miss by a little."""
    for sentence in _sentences(reading):
        for place, one in enumerate(sentence):
            figure = one.figure.figure
            named = figure.measure.endswith("率") and not _NO_RATE.search(figure.measure)
            if (
                figure.kind is not Kind.RATE
                or figure.unit != "%"
                or not named
                or not _is_exact(one)
            ):
                continue
            near = _nearest_ratio(sentence[:place], one)
            if near:
                yield near


def _nearest_ratio(before: Sequence[Found], rate: Found) -> Case | None:
    counts = [c for c in before if _is_level(c) and _is_exact(c) and c.figure.value > 0][-4:]
    pairs = [
        (small, big)
        for small in counts
        for big in counts
        if small is not big
        and small.figure.unit == big.figure.unit
        and small.figure.value <= big.figure.value
        and big.figure.value >= 10
    ]
    said = rate.figure.value
    if said >= _NEARLY_ALL:
        return None  # many ratios come near it
    best: tuple[Decimal, Found, Found] | None = None
    for small, big in pairs:
        percent = small.figure.value * 100 / big.figure.value
        gap = abs(percent - said)
        if gap <= max(_precision(rate), Decimal("0.051")):
            return None
        if gap <= _POINTS and (best is None or gap < best[0]):
            best = (gap, small, big)
    if best is None:
        return None
    _, small, big = best
    percent = (small.figure.value * 100 / big.figure.value).quantize(Decimal("0.01"))
    return Case(
        (rate.figure.span, small.figure.span, big.figure.span),
        f"比率与前面的数对不上：{small.figure.span.text}÷{big.figure.span.text}＝{_plain(percent)}%，"
        f"文中写的是{rate.figure.span.text}。请写明分子、分母，或改正比率。",
        quote=rate.figure.span.text,
    )


_GROWN = re.compile(
    r"^(?:由|从)?[^，。；]{0,12}?(?:增加|提高|增长|上升|发展|扩大|下降|减少|降低)(?:到|至)"
)


def _growth(reading: Reading) -> Iterator[Case]:
    """由200户增加到250户，增长30%."""
    for sentence in _sentences(reading):
        for first, second, third in zip(sentence, sentence[1:], sentence[2:], strict=False):
            text = reading.paragraphs[first.paragraph].text
            if not _GROWN.match(text[first.end : second.start]):
                continue
            between = text[second.end : third.start]
            change = third.figure.figure
            plain = re.fullmatch(
                r"，?(?:增长|增幅|增加|提高|下降|减少|降低)(?:了|达|约|为)?", between
            )
            exact = all(map(_is_exact, (first, second, third)))
            if (
                not plain
                or change.unit != "%"
                or not exact
                or first.figure.unit != second.figure.unit
            ):
                continue
            if not first.figure.value:
                continue
            real = abs(second.figure.value - first.figure.value) * 100 / first.figure.value
            if abs(real - third.figure.value) > Decimal("0.5"):
                yield _growth_case(first, second, third, real)


def _growth_case(first: Found, second: Found, third: Found, real: Decimal) -> Case:
    shown = _plain(real.quantize(Decimal("0.1")))
    return Case(
        (third.figure.span, first.figure.span, second.figure.span),
        f"增幅对不上：由{first.figure.span.text}到{second.figure.span.text}，变动{shown}%，"
        f"文中写的是{third.figure.span.text}。请核对三个数。",
        quote=third.figure.span.text,
    )


def _products(reading: Reading) -> Iterator[Case]:
    """20户每户补助500元，共1.2万元."""
    for sentence in _sentences(reading):
        for count, price, total in zip(sentence, sentence[1:], sentence[2:], strict=False):
            text = reading.paragraphs[count.paragraph].text
            is_price = price.figure.unit == "元" and _EACH.search(
                re.split(r"[，。；]", text[: price.start])[-1]
                .replace("补助", "")
                .replace("补贴", "")
                .replace("奖补", "")
            )
            is_sum = total.figure.unit == "元" and re.search(
                r"(?:共|共计|合计|总计)[\u4e00-\u9fff]{0,6}$", text[: total.start][-12:]
            )
            if not is_price or not is_sum or not all(map(_is_exact, (count, price, total))):
                continue
            product = count.figure.value * price.figure.value
            if abs(product - total.figure.value) > max(
                _precision(total), product * Decimal("0.01")
            ):
                yield _product_case(count, price, total, product)


def _product_case(count: Found, price: Found, total: Found, product: Decimal) -> Case:
    return Case(
        (total.figure.span, count.figure.span, price.figure.span),
        f"数量乘标准不等于总额：{count.figure.span.text}×{price.figure.span.text}＝{_plain(product)}元，"
        f"文中写的是{total.figure.span.text}。请核对户（人）数、标准和总额。",
        quote=total.figure.span.text,
    )


RULES = (
    Rule("A101", Code.ARITHMETIC, Severity.ERROR, "分项之和与总数不符", _parts),
    Rule("A102", Code.ARITHMETIC, Severity.WARNING, "比率与前面的数对不上", _rates),
    Rule("A103", Code.ARITHMETIC, Severity.ERROR, "合计数不等于各项之和", _totals),
    Rule("A104", Code.ARITHMETIC, Severity.ERROR, "增幅与前后两个数对不上", _growth),
    Rule("A105", Code.ARITHMETIC, Severity.ERROR, "数量乘标准不等于总额", _products),
)
