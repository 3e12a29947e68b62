"""Which figures are counted anew, which only kept, and how many entries that takes."""

from __future__ import annotations

from decimal import Decimal

from qianxian.core.definitions import catalogue
from qianxian.selfcheck._figures_read import Sorted, sort_figures
from qianxian.selfcheck._profiles import Mix, mix
from qianxian_figures import Period
from qianxian_reader import read_text

_HEAD = "青山镇2025年工作总结\n一、2025年工作完成情况\n"


def sorted_figures(*sentences: str) -> Sorted:
    text = _HEAD + "\n".join(sentences)
    document = read_text(text, "报告", catalogue=catalogue())
    return sort_figures(document, catalogue(), Period.year(2025))


def mixed(**wanted: int) -> Mix:
    ledger = catalogue().ledgers["toilet_renovation"]
    return mix({name: Decimal(value) for name, value in wanted.items()}, ledger, catalogue())


def gives(found: Mix) -> dict[str, int]:
    """How many entries stop in each state."""
    return {profile.state: count for profile, count in found.counts.items()}


def test_an_exact_figure_of_an_indicator_is_counted_anew() -> None:
    found = sorted_figures("完成改厕128户。")

    assert found.wanted == {"toilets_renovated": Decimal(128)}
    assert list(found.recomputed.values()) == ["toilets_renovated"]


def test_of_two_values_for_one_indicator_one_is_kept_and_both_are_told() -> None:
    found = sorted_figures("全年完成改厕976户。", "共完成改厕任务282户。")

    assert found.wanted == {"toilets_renovated": Decimal(976)}
    assert len(found.recomputed) == 1
    assert "同一指标还有另一个数，两个数对不上" in found.carried.values()
    assert len(found.said_twice) == 1
    assert "976" in found.said_twice[0]
    assert "282" in found.said_twice[0]


def test_one_cannot_come_from_two_entries() -> None:
    found = sorted_figures("全年组织村庄清洁行动1次。")

    assert found.recomputed == {}
    assert "0和1，凑不出两条记录" in found.carried.values()


def test_every_figure_is_in_exactly_one_place() -> None:
    found = sorted_figures("完成改厕128户，增长5%，发放资料3200余份，培育农场14家。")

    places = [*found.recomputed, *found.carried, *found.not_matched]
    assert sorted(places) == list(range(len(found.figures)))


def test_an_indicator_that_is_given_up_is_carried_with_its_reason() -> None:
    found = sorted_figures("完成改厕128户。")

    found.carry("toilets_renovated", "凑不出")

    assert found.wanted == {}
    assert found.recomputed == {}
    assert "凑不出" in found.carried.values()


def test_matters_stop_where_the_indicators_together_ask_for_it() -> None:
    found = mixed(toilets_completed=136, toilets_renovated=128)

    assert found.missed == {}
    assert gives(found) == {"accepted": 128, "completed": 8}


def test_values_that_deny_each_other_are_told_and_the_others_kept() -> None:
    found = mixed(toilets_renovated=128, toilet_beneficiaries=100)

    assert len(found.missed) == 1
    assert sum(found.counts.values()) in (100, 128)
