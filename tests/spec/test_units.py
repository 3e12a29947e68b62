"""The unit table."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from qianxian_figures import (
    UnitMismatch,
    UnknownUnit,
    canonical,
    convert,
    is_comparable,
    spellings,
    unit,
    units,
)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("平米", "平方米"),
        ("㎡", "平方米"),
        ("千米", "公里"),
        ("名", "人"),
        ("幢", "栋"),
        ("％", "%"),
    ],
)
def test_other_spellings_have_one_name(spelling: str, name: str) -> None:
    assert canonical(spelling) == name


def test_fifteen_mu_make_a_hectare_exactly() -> None:
    assert convert(Decimal(15), "亩", "公顷") == Decimal(1)


def test_a_quantity_converts_within_its_dimension_only() -> None:
    assert convert(Decimal("1.5"), "吨", "斤") == Decimal(3000)
    with pytest.raises(UnitMismatch):
        convert(Decimal(1), "户", "人")


def test_households_and_persons_are_never_comparable() -> None:
    assert not is_comparable("户", "人")
    assert is_comparable("亩", "平方公里")
    assert is_comparable("人", "名")


def test_a_price_is_a_unit_of_its_own() -> None:
    assert unit("元/吨").dimension == "per:元/吨"
    assert not is_comparable("元/吨", "元")


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnknownUnit, match="咫"):
        unit("咫")
    assert is_comparable("咫", "咫")


def test_no_spelling_stands_for_two_units() -> None:
    count = Counter(spelling for one in units() for spelling in one.spellings)

    assert [spelling for spelling, n in count.items() if n > 1] == []


def test_longer_spellings_are_tried_first() -> None:
    lengths = [len(spelling) for spelling in spellings()]

    assert lengths == sorted(lengths, reverse=True)
