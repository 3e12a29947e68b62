"""What is done to exact parts at the very end."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianxian_figures import (
    Coverage,
    Figure,
    Kind,
    Rows,
    UnitMismatch,
    divide,
    growth,
    progress,
    ranks,
    rate,
    rounded,
    share,
)

NUMBERS = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)


def figure(
    value: str | None,
    unit: str = "户",
    *,
    kind: Kind = Kind.LEVEL,
    coverage: Coverage | None = None,
) -> Figure:
    number = None if value is None else Decimal(value)
    return Figure("改厕", number, unit, kind=kind, provenance=Rows("works", 1), coverage=coverage)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("2.449", 1, "2.4"),
        ("95.05", 1, "95.1"),
        ("95.0499999", 1, "95.0"),
        ("1234.5", -2, "1.2E+3"),
    ],
)
def test_rounding_goes_half_away_from_zero(value: str, digits: int, expected: str) -> None:
    assert str(rounded(Decimal(value), digits)) == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [("1", "4", "25"), ("0", "4", "0"), ("1", "0", None), (None, "4", None), ("1", None, None)],
)
def test_dividing_by_nothing_or_by_what_is_not_known_gives_nothing(
    numerator: str | None, denominator: str | None, expected: str | None
) -> None:
    values = [None if text is None else Decimal(text) for text in (numerator, denominator)]

    found = divide(*values, per=Decimal(100))

    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("unit", "expected"), [("%", "37.5"), ("％", "37.5"), ("‰", "375"), ("元", "0.375")]
)
def test_a_rate_is_per_hundred_or_thousand_as_its_unit_says(unit: str, expected: str) -> None:
    found = rate(figure("3"), figure("8"), measure="率", unit=unit, indicator="r")

    assert (found.value, found.kind, found.unit) == (Decimal(expected), Kind.RATE, unit)
    assert (found.measure, found.indicator, found.provenance) == ("率", "r", None)
    assert [part.value for part in found.parts] == [Decimal(3), Decimal(8)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Coverage(("A", "B"), ("C",)), Coverage(("A",), ("B", "C")), Coverage(("A",), ("B", "C"))),
        (Coverage(("A",), ()), Coverage(("T",), ()), Coverage(("A", "T"), ())),
        (Coverage(("A",), ()), None, Coverage(("A",), ())),
        (None, Coverage((), ("A",)), Coverage((), ("A",))),
        (None, None, None),
    ],
)
def test_a_rate_is_covered_where_both_parts_are(
    one: Coverage | None, other: Coverage | None, expected: Coverage | None
) -> None:
    parts = (figure("1", coverage=one), figure("2", coverage=other))

    assert rate(*parts, measure="率", unit="%", indicator=None).coverage == expected


def test_a_share_is_in_per_cent_and_refuses_another_unit() -> None:
    assert share(figure("1"), figure("3")).value == Decimal(100) / 3
    with pytest.raises(UnitMismatch, match="改厕 is in 户, 改厕 in 人"):
        share(figure("1"), figure("3", "人"))


def test_progress_has_the_coverage_of_what_was_done() -> None:
    covered = Coverage(("A",), ("B",))

    found = progress(figure("61", coverage=covered), figure("100"))

    assert (found.value, found.unit, found.coverage) == (Decimal(61), "%", covered)
    assert progress(figure("61"), figure("0")).value is None


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [
        ("120", "100", "20"),
        ("80", "100", "-20"),
        ("0", "100", "-100"),
        ("5", "0", None),
        ("5", "-10", None),
        (None, "100", None),
        ("5", None, None),
    ],
)
def test_a_level_grows_in_per_cent_of_a_positive_base(
    now: str | None, base: str | None, expected: str | None
) -> None:
    found = growth(figure(now), figure(base))

    assert found.value == (None if expected is None else Decimal(expected))
    assert (found.unit, found.kind) == ("%", Kind.CHANGE)


@pytest.mark.parametrize(
    ("now", "base", "expected"),
    [("95.1", "93", "2.1"), ("1", "0", "1"), (None, "93", None), ("95.1", None, None)],
)
def test_a_rate_grows_in_points(now: str | None, base: str | None, expected: str | None) -> None:
    found = growth(figure(now, "%", kind=Kind.RATE), figure(base, "%", kind=Kind.RATE))

    assert found.value == (None if expected is None else Decimal(expected))
    assert found.unit == "百分点"


def test_growth_refuses_another_unit() -> None:
    with pytest.raises(UnitMismatch):
        growth(figure("1", "亩"), figure("1", "元"))


@pytest.mark.parametrize(
    ("better", "values", "expected"),
    [
        ("more", ["5", "9", "7"], [3, 1, 2]),
        ("less", ["5", "9", "7"], [1, 3, 2]),
        ("more", ["5", "9", "9", "1"], [3, 1, 1, 4]),
        ("more", ["5", None, "9.0", "9"], [3, None, 1, 1]),
        ("more", [], []),
    ],
)
def test_equals_share_a_place_and_what_is_not_known_has_none(
    better: Literal["more", "less"], values: list[str | None], expected: list[int | None]
) -> None:
    found = ranks([figure(value) for value in values], better=better)

    assert [f.value for f in found] == expected
    assert all((f.kind, f.unit) == (Kind.RANK, "位") for f in found)


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_growth_says_how_to_get_from_the_base_to_now(now: Decimal, base: Decimal) -> None:
    found = growth(figure(str(now)), figure(str(base))).value

    if base > 0:
        assert found is not None
        assert rounded(base + base * found / 100, 4) == now
    else:
        assert found is None
