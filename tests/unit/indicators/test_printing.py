"""How figures are worded in a report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qianxian.indicators.printing import printed, printed_figure
from qianxian_figures import Figure, Kind


@pytest.mark.parametrize(
    ("value", "unit", "text", "said"),
    [
        ("61", "户", "61户", "61"),
        ("0", "户", "0户", "0"),
        ("8703", "亩", "8703亩", "8703"),
        ("212.50", "亩", "212.5亩", "212.5"),
        ("87.2727", "%", "87.3%", "87.3"),
        ("50", "%", "50.0%", "50.0"),
        ("100", "%", "100%", "100"),
        ("2.25", "百分点", "2.3个百分点", "2.3"),
        ("9999", "元", "9999元", "9999"),
        ("379000", "元", "37.9万元", "379000"),
        ("379123.5", "元", "37.91万元", "379100"),
        ("320000000", "元", "3.2亿元", "320000000"),
        ("5E+1", "次", "50次", "50"),
    ],
)
def test_a_value_is_printed_with_its_unit(value: str, unit: str, text: str, said: str) -> None:
    found = printed(Decimal(value), unit)

    assert (found.text, found.value) == (text, Decimal(said))


def test_a_figure_that_is_not_known_is_not_printed() -> None:
    assert printed_figure(Figure("改厕", None, "户")) is None


def test_households_and_persons_are_printed_as_a_pair() -> None:
    parts = (Figure("受益", Decimal(61), "户"), Figure("受益", Decimal(203), "人"))

    found = printed_figure(Figure("受益", Decimal(61), "户", parts=parts))

    assert found is not None
    assert (found.text, found.value) == ("61户203人", Decimal(61))


def test_the_parts_of_a_rate_are_not_printed() -> None:
    parts = (Figure("验收", Decimal(61), "户"), Figure("完工", Decimal(70), "户"))
    figure = Figure("验收率", Decimal("87.14"), "%", kind=Kind.RATE, parts=parts)

    found = printed_figure(figure)

    assert found is not None
    assert found.text == "87.1%"
