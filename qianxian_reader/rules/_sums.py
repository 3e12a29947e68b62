"""Sums that do not come out: parts of a whole, items of a total."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from qianxian_figures import convert, is_comparable, is_count
from qianxian_reader._document import Code, Severity
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading
from qianxian_reader.rules._numeric import (
    between,
    is_exact,
    is_level,
    leading,
    plain,
    sentences,
    slack,
    total,
)
from qianxian_reader.rules._rule import Case, Rule

_MOST_PARTS = 12  # more parts have too many subsets that fit by chance
_NEAR = Decimal("0.02")
_SUMMED = re.compile(r"(?:合计|共计|总计|总数)(?:为|达|约)?$")
_HALF = Decimal("0.5")
_LEAD = 8  # characters that may lead up to a sum


def _wholes(reading: Reading) -> Iterator[tuple[Found, list[Found]]]:
    """Figures with the parts that the text lists of them, in the same unit."""
    parts: dict[int, list[Found]] = defaultdict(list)
    for one in reading.found:
        whole = one.figure.part_of
        is_part = whole is not None and (one.is_listed or _is_in_brackets(reading, whole, one))
        if whole is not None and is_part and not one.is_pair:
            parts[whole].append(one)
    for whole, members in parts.items():
        top = reading.found[whole]
        levels = [m for m in members if is_level(m)]
        same = [m for m in levels if m.figure.unit == top.figure.unit]
        if is_level(top) and same:
            yield top, same
        elif is_level(top) and levels and _are_of(levels, top):
            yield top, levels


def _is_whole_number(one: Found) -> bool:
    """5家, 39个: things counted one by one, not rounded to 万."""
    return (
        is_count(one.figure.unit)
        and re.fullmatch(r"\d+[^\d.万亿]+", one.figure.span.text) is not None
    )


_OPENED = re.compile(r"[\u4e00-\u9fff]{0,8}（[^）]*")


def _is_in_brackets(reading: Reading, whole: int, one: Found) -> bool:
    """5家砖厂（甲村2家，乙村3家）."""
    top = reading.found[whole]
    same = top.paragraph == one.paragraph and top.sentence == one.sentence
    return same and _OPENED.fullmatch(between(reading, top, one)) is not None


def _are_of(parts: Sequence[Found], whole: Found) -> bool:
    """公顷 under 平方公里: all in one unit that can be turned into the whole's."""
    units = {part.figure.unit for part in parts}
    return len(units) == 1 and is_comparable(units.pop(), whole.figure.unit)


def _parts(reading: Reading) -> Iterator[Case]:
    """其中 parts that are more than the whole together, or miss it by little."""
    for whole, parts in _wholes(reading):
        if len(parts) < 2 or not all(map(is_exact, (whole, *parts))):
            continue
        unit = parts[0].figure.unit
        target = convert(whole.figure.value, whole.figure.unit, unit)
        if any(part.figure.value > target for part in parts):
            continue  # impossible by itself, told by another rule
        added = total(parts)
        off = slack(parts) + convert(slack([whole]), whole.figure.unit, unit)
        if all(map(_is_whole_number, (whole, *parts))):
            off = _HALF
        misses = added > target + off or off < abs(added - target) <= target * _NEAR
        if misses and not _some_add_up(parts, target, off):
            yield _sum_case(whole, parts, added)


def _some_add_up(parts: Sequence[Found], target: Decimal, off: Decimal) -> bool:
    """Overlapping groups (女劳动力 beside 农业劳动力) may be listed together."""
    if len(parts) > _MOST_PARTS:
        return False
    sizes = range(2, len(parts) + 1)
    return any(
        abs(total(chosen) - target) <= off for size in sizes for chosen in combinations(parts, size)
    )


def _sum_case(whole: Found, parts: Sequence[Found], added: Decimal) -> Case:
    unit = parts[0].figure.unit
    said = convert(whole.figure.value, whole.figure.unit, unit)
    sum_text = "＋".join(plain(part.figure.value) for part in parts)
    relation = "超过" if added > said else "不等于"
    return Case(
        (whole.figure.span, *(part.figure.span for part in parts)),
        f"分项之和{relation}总数：{sum_text}＝{plain(added)}{unit}，总数写的是{plain(said)}{unit}，"
        f"相差{plain(abs(added - said))}{unit}。请核对各项和总数，或写明各项有交叉。",
        quote=whole.figure.span.text,
    )


def _totals(reading: Reading) -> Iterator[Case]:
    """甲3户、乙4户，合计8户."""
    for sentence in sentences(reading):
        for place, one in enumerate(sentence):
            if not _SUMMED.search(leading(reading, one, _LEAD)) or not is_exact(one):
                continue
            items = [item for item in sentence[:place] if _is_item(item, one)]
            if len(items) < 2 or not all(map(is_exact, items)):
                continue
            off = slack([*items, one])
            fits = abs(total(items) - one.figure.value) <= off
            if not fits and not _some_add_up(items, one.figure.value, off):
                yield _sum_case(one, items, total(items))


def _is_item(item: Found, whole: Found) -> bool:
    same_unit = item.figure.unit == whole.figure.unit
    return same_unit and is_level(item) and item.figure.part_of is None


RULES = (
    Rule("A101", Code.ARITHMETIC, Severity.ERROR, "分项之和与总数不符", _parts),
    Rule("A103", Code.ARITHMETIC, Severity.ERROR, "合计数不等于各项之和", _totals),
)
