"""What may be written in a slot, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from qianxian.core.definitions import catalogue
from qianxian.reports.slots import (
    BadSlot,
    Form,
    Slot,
    check_mark,
    figure_slots,
    read_slot,
    with_phrases,
    words_of,
)
from qianxian_figures import Period


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("toilets_renovated", Slot("toilets_renovated")),
        ("toilets_renovated.growth", Slot("toilets_renovated", Form.GROWTH)),
        (
            "toilets_renovated.progress@430100100201",
            Slot("toilets_renovated", Form.PROGRESS, "430100100201"),
        ),
        ("toilet_renovation.overdue", Slot("toilet_renovation", Form.OVERDUE)),
    ],
)
def test_a_slot_is_read_and_written_the_same(name: str, slot: Slot) -> None:
    assert read_slot(name, catalogue()) == slot
    assert str(slot) == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no_such_thing", "没有“no_such_thing”这个指标"),
        ("toilets_renovated.average", "不认得"),
        ("toilets_renovated@43", "不认得"),
        ("1+1", "不认得"),
        ("toilet_acceptance_rate.target", "按规定不设任务"),
        ("household.overdue", "不是要办的台账"),
    ],
)
def test_a_slot_that_says_nothing_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(BadSlot, match=sentence):
        read_slot(name, catalogue())


def test_words_are_no_figures_and_each_figure_is_told_once() -> None:
    template = "{{ period }}改厕{{ toilets_renovated }}，{{ year }}年{{ toilets_renovated }}。"

    assert figure_slots(template, catalogue()) == (Slot("toilets_renovated"),)


def test_an_open_slot_names_its_line() -> None:
    with pytest.raises(BadSlot, match="第2行"):
        figure_slots("改厕\n完成{{ toilets_renovated", catalogue())


def test_phrases_stand_for_slots_but_not_for_escaped_ones() -> None:
    template = r"改厕{{ a }}{{ b.growth }}，写法是\{{ b.growth }}"

    found = with_phrases(template, {"b.growth": "，同比增长{{ b.growth }}"})

    assert found == r"改厕{{ a }}，同比增长{{ b.growth }}，写法是\{{ b.growth }}"


def test_years_follow_the_period() -> None:
    words = words_of(Period.of("2026-H1"), "青禾镇")

    assert words["period"] == "2026年上半年"
    assert (words["last_year"], words["year"], words["next_year"]) == ("2025", "2026", "2027")


def test_brackets_in_last_years_words_cannot_end_the_mark() -> None:
    assert check_mark("【附】2户") == "【核对：去年写“（附）2户”】"
