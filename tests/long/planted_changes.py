"""Faults made by changing what a report says: a number, a unit, a heading's number, the bytes."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from qianxian_figures import Bound, Kind, Status
from qianxian_reader import ReportFigure
from tests.long.planting import Page, Plant

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COUNTED = ("户", "人", "元", "亩", "个", "家", "公里")
# Rates that may be over 100 %: who is enrolled beyond the age, what is done beyond the task.
_MAY_EXCEED = re.compile(r"毛入|计划|任务|目标|完成率|增长|上年|去年")
_STANDING = re.compile(
    r"(?:面积|人口|户数|总收入|总产值|可支配收入|覆盖率)$",
)
_ORDINALS = "一二三四五六七八九十"
_HEADING = re.compile(r"\s*(?:[（(]([二三四五六七])[)）]|([二三四五六])、)")
_RUN = re.compile(r"[\u4e00-\u9fff]{14,30}")


def _with_number(words: str, value: str) -> str:
    return _NUMBER.sub(value, words, count=1)


def _times(words: str, factor: str, more: int = 0) -> str:
    """The number in the words made another, written as exactly as it was."""
    found = _NUMBER.search(words)
    assert found
    places = len(found[0].partition(".")[2])
    return _with_number(words, f"{Decimal(found[0]) * Decimal(factor) + more:.{places}f}")


def _written_in_digits(page: Page) -> list[ReportFigure]:
    return [one for one in page.document.figures if _NUMBER.search(one.span.text)]


def _adds_up_otherwise(parts: list[ReportFigure], whole: ReportFigure) -> bool:
    """18项, of which 5项, 11项, 1项 and 2项: a wrong 1项 leaves 5, 11 and 2, which make 18."""
    values = [part.value for part in parts]
    sums = {Decimal(0)}
    for value in values:
        sums |= {one + value for one in sums}
    return len(values) > len(set(values)) or whole.value in sums - {sum(values, Decimal(0))}


def part_sum(page: Page, rng: random.Random) -> Iterator[Plant]:
    """One of the parts that make up a whole is another number."""
    groups: dict[int, list[ReportFigure]] = defaultdict(list)
    for one in _written_in_digits(page):
        if one.part_of is not None:
            groups[one.part_of].append(one)
    for number, parts in groups.items():
        whole = page.document.figures[number]
        same = [part for part in parts if part.unit == whole.unit]
        added = sum((part.value for part in same), Decimal(0))
        if len(same) < 2 or added != whole.value or _adds_up_otherwise(same[:-1], whole):
            continue
        part = rng.choice(same)
        yield page.with_words(part.span, _times(part.span.text, "1.4", 1), whole.span.line)


def share_over(page: Page, rng: random.Random) -> Iterator[Plant]:
    for one in _written_in_digits(page):
        is_rate = one.figure.kind is Kind.RATE and one.unit == "%" and one.value > 50
        is_share = re.search("率|占", one.measure) and not _MAY_EXCEED.search(one.measure)
        if is_rate and is_share:
            value = f"{rng.randint(103, 180)}.{rng.randint(1, 9)}"
            yield page.with_words(one.span, _with_number(one.span.text, value))


def repeated(page: Page, _: random.Random) -> Iterator[Plant]:
    """What stands in a place has one value; here it has another one a sentence later."""
    year = page.document.year
    for one in _written_in_digits(page):
        figure = one.figure
        is_level = figure.status is Status.ACTUAL and figure.kind is Kind.LEVEL
        is_whole = one.part_of is None and figure.bound is Bound.EXACT and not figure.place
        # A value of an earlier year may well be another one now.
        is_of_now = figure.period is None or str(figure.period) == str(year)
        if is_level and is_whole and is_of_now and one.value > 20 and _STANDING.search(one.measure):
            sentence = f"{one.measure}{_times(one.span.text, '1.27')}。"
            yield page.with_sentence(one.span.line, sentence)


def placeholder(page: Page, rng: random.Random) -> Iterator[Plant]:
    for one in _written_in_digits(page):
        if one.unit in _COUNTED:
            marker = rng.choice(("XX", "***", "  ", "××", "（）", "____", "（ ）", "【】", "？"))
            yield page.with_words(one.span, _with_number(one.span.text, marker))


def unit_slip(page: Page, rng: random.Random) -> Iterator[Plant]:
    for one in page.document.figures:
        words = one.span.text
        if re.search("[万亿]元$", words):
            yield page.with_words(one.span, words.removesuffix("元"))
        elif words.endswith("亩") and "面积" in one.measure:
            wrong = rng.choice(("元", "户", "公里", "吨"))
            yield page.with_words(one.span, words.removesuffix("亩") + wrong)
        elif words.endswith("元") and "收入" in one.measure:
            wrong = rng.choice(("亩", "公里", "吨"))
            yield page.with_words(one.span, words.removesuffix("元") + wrong)


def heading_gap(page: Page, _: random.Random) -> Iterator[Plant]:
    """（三） becomes （四）: shown there or at the heading after it."""
    for number, line in enumerate(page.lines(), 1):
        found = _HEADING.match(line)
        if found:
            group = 1 if found[1] else 2
            following = _ORDINALS[_ORDINALS.index(found[group]) + 1]
            new = line[: found.start(group)] + following + line[found.end(group) :]
            yield page.with_line(number, new, range(number, number + 40))


def shifted(page: Page, rng: random.Random) -> Iterator[Plant]:
    """One byte too many before a run of characters, or its first byte lost."""
    for number, line in enumerate(page.lines(), 1):
        found = _RUN.search(line)
        if found:
            data = found[0].encode("gb18030")
            wrong = rng.choice((b"\xa3" + data[:-1], data[1:]))
            bad = wrong.decode("gb18030", "replace")
            yield page.with_line(number, line[: found.start()] + bad + line[found.end() :])
