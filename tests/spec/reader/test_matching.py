"""A figure is matched to an indicator only where it is the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from qianxian_reader import read_text


@dataclass(frozen=True)
class _Indicator:
    id: str
    name: str
    synonyms: tuple[str, ...]
    unit: str
    kind: str


class _Catalogue:
    def __init__(self, *indicators: _Indicator) -> None:
        self._by_id = {one.id: one for one in indicators}

    @property
    def indicators(self) -> Mapping[str, _Indicator]:
        return self._by_id


_CATALOGUE = _Catalogue(
    _Indicator("toilets", "改（新）建农村户用厕所", ("改厕", "户厕改造"), "户", "flow"),
    _Indicator("public_toilets", "新建公厕", (), "座", "flow"),
    _Indicator("early_rice", "早稻种植面积", ("早稻种植",), "亩", "flow"),
    _Indicator("insured", "城乡居民医保参保率", ("医保参保率",), "%", "rate"),
    _Indicator("rural_income", "农村居民人均可支配收入", (), "元", "stock"),
    _Indicator("revenue", "一般公共预算收入", (), "万元", "flow"),
)


def _indicators(text: str) -> list[str | None]:
    return [one.figure.indicator for one in read_text(text, catalogue=_CATALOGUE).figures]


@pytest.mark.parametrize(
    "text",
    ["今年共改厕97户。", "完成改厕任务60个。", "计划改厕80个。", "完成户厕改造12户。"],
)
def test_the_same_thing_in_other_words_matches(text: str) -> None:
    assert _indicators(text) == ["toilets"]


@pytest.mark.parametrize(
    "text",
    ["改厕率达到98%。", "改厕投入资金36万元。", "整改问题厕所14座。", "改厕同比增长9%。"],
)
def test_other_sides_of_it_do_not_match(text: str) -> None:
    assert _indicators(text) == [None]


def test_public_toilets_are_not_household_toilets() -> None:
    assert _indicators("新建公厕2座，改厕9户。") == ["public_toilets", "toilets"]


def test_an_area_matches_with_and_without_the_word() -> None:
    assert _indicators("完成早稻种植3000亩。") == ["early_rice"]
    assert _indicators("早稻种植面积200公顷。") == ["early_rice"]


def test_rates_match_rates_and_money_matches_in_any_scale() -> None:
    text = "城乡居民医保参保率97%，一般公共预算收入1.2亿元。"

    assert _indicators(text) == ["insured", "revenue"]


def test_the_income_of_all_residents_is_not_that_of_rural_ones() -> None:
    text = "农村居民人均可支配收入2.1万元；居民人均可支配收入2.8万元。"

    assert _indicators(text) == ["rural_income", None]


def test_without_a_catalogue_nothing_matches() -> None:
    assert [one.figure.indicator for one in read_text("改厕97户。").figures] == [None]
