"""The sentence for the clipboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from qianxian.indicators.sentence import Said, sentence
from qianxian_figures import Figure, Period
from qianxian_packs import Indicator

TOILETS = Indicator.model_validate(
    {
        "id": "toilets",
        "line": "environment",
        "name": "改厕",
        "unit": "户",
        "kind": "flow",
        "from": "x",
        "target": "allowed",
    }
)
TODAY = date(2026, 11, 20)


def figure(value: int | None, unit: str = "户") -> Figure:
    return Figure("改厕", None if value is None else Decimal(value), unit)


def said(value: int | None = 61, **changes: object) -> Said:
    whole = Said(TOILETS, figure(value), Period.year_to(TODAY), "全镇")
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_a_running_year_says_until_when() -> None:
    assert sentence(said(), TODAY) == "截至11月20日，全镇完成改厕61户。"


def test_target_growth_and_missing_villages_stand_in_it() -> None:
    text = sentence(
        said(
            target=Decimal(100),
            before=figure(50),
            missing=["云岭村"],
            expected=10,
        ),
        TODAY,
    )

    assert text == (
        "截至11月20日，全镇完成改厕61户，占年度任务100户的61%，"
        "比去年同期增加11户、增长22%；9/10村已报齐，云岭村未报齐。"
    )


def test_target_and_last_year_can_be_left_out_but_not_the_missing_villages() -> None:
    text = sentence(
        said(target=Decimal(100), before=figure(50), missing=["云岭村"], expected=2),
        TODAY,
        with_target=False,
        with_before=False,
    )

    assert text == "截至11月20日，全镇完成改厕61户；1/2村已报齐，云岭村未报齐。"


def test_no_value_is_said_and_never_zero() -> None:
    assert sentence(said(None), TODAY) == "截至11月20日，全镇改厕还没有数。"


def test_a_zero_of_last_year_gives_no_growth() -> None:
    assert "去年" not in sentence(said(before=figure(0)), TODAY)


def test_less_than_last_year_is_said_as_less() -> None:
    text = sentence(said(before=figure(122)), TODAY)

    assert "比去年同期减少61户、下降50%" in text


def test_a_rate_differs_by_points() -> None:
    rate = TOILETS.model_copy(update={"kind": "rate", "target": "never", "unit": "%"})
    text = sentence(said(indicator=rate, figure=figure(90, "%"), before=figure(85, "%")), TODAY)

    assert text == "截至11月20日，全镇改厕90.0%，比去年同期提高5个百分点。"


def test_a_pair_prints_both_units() -> None:
    pair = replace(figure(61), parts=(figure(61), figure(203, "人")))

    assert "改厕61户203人" in sentence(said(figure=pair), TODAY)


def test_a_period_that_is_over_is_named() -> None:
    assert sentence(said(period=Period.of("2026-H1")), TODAY).startswith("2026年上半年，")
