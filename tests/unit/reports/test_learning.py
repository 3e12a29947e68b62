"""Last year's report becomes this year's template: its words stay, its numbers do not."""

from __future__ import annotations

import re

import pytest

from qianxian.core.definitions import catalogue
from qianxian.reports.learning import Learned, is_planned, lacking, learn
from qianxian_figures import Figure, Kind, Period, Status
from qianxian_reader import Role, read_text
from tests.unit.reports.office import OLD_REPORT

_MARK = re.compile(r"【核对：[^】]*】|\{\{ [^}]* \}\}")


def learned(text: str, **places: str) -> Learned:
    document = read_text(text, catalogue=catalogue())
    return learn(document, catalogue(), period=Period.year(2025), places=places)


def body(sentence: str) -> str:
    """What becomes of one sentence of a report's account of 2025."""
    text = f"青禾镇2025年工作总结\n一、2025年工作完成情况\n{sentence}"
    return learned(text).blocks[-1].text


def test_no_number_of_last_year_slips_through_unseen() -> None:
    template = learned(OLD_REPORT).template

    bare = _MARK.sub("", template)
    assert not re.search(r"\d", bare), bare


def test_headings_keep_their_words_and_levels_without_their_numbers() -> None:
    heads = [(b.level, b.text) for b in learned(OLD_REPORT).blocks if b.level]

    assert heads == [
        (1, "{{ year }}年工作完成情况"),
        (2, "农村厕所革命"),
        (2, "村容村貌"),
        (1, "存在的问题"),
        (1, "{{ next_year }}年工作打算"),
    ]


def test_title_signature_and_date_are_left_to_be_written_anew() -> None:
    template = learned(OLD_REPORT).template

    assert "总结和" not in template
    assert "人民政府" not in template


def test_a_figure_that_an_indicator_counts_becomes_its_slot() -> None:
    assert body("完成改厕4户。") == "完成改厕{{ toilets_renovated }}。"


def test_the_phrase_of_growth_is_printed_by_its_slot() -> None:
    found = body("完成改厕4户，同比增长33.3%，群众满意。")

    assert found == "完成改厕{{ toilets_renovated }}{{ toilets_renovated.growth }}，群众满意。"


def test_growth_of_something_else_between_is_not_taken_for_it() -> None:
    found = body("完成改厕4户、修公厕3座，同比增长50%。")

    assert ".growth" not in found
    assert "【核对：去年写“50%”】" in found


def test_a_share_that_is_the_quotient_of_done_and_planned_becomes_progress() -> None:
    found = body("全年计划改厕5户，完成改厕4户，完成率80%。")

    assert found == (
        "全年计划改厕{{ toilets_renovated.target }}，完成改厕{{ toilets_renovated }}，"
        "完成率{{ toilets_renovated.progress }}。"
    )


def test_a_share_that_is_not_the_quotient_is_held_up() -> None:
    found = body("全年计划改厕5户，完成改厕4户，完成率98.2%。")

    assert "完成率【核对：去年写“98.2%”】" in found


@pytest.mark.parametrize(
    "sentence",
    [
        "完成改厕约4户。",
        "完成改厕4余户。",
        "预计完成改厕4户。",
        "2019年完成改厕4户。",
        "石桥村完成改厕4户。",
    ],
)
def test_what_is_not_the_same_thing_is_no_slot(sentence: str) -> None:
    assert "{{ toilets_renovated }}" not in body(sentence)


def test_one_indicator_with_two_values_is_a_slot_only_once() -> None:
    found = body("完成改厕4户。改厕7户通过回头看。")

    assert found.count("{{ toilets_renovated }}") == 1
    assert "【核对：去年写“7户”】" in found


def test_dates_and_left_over_numbers_are_held_up_and_years_follow() -> None:
    found = body("2025年3月15日开会，自2019年以来，12345热线更畅通，2025年更好。")

    assert "【核对：去年写“2025年3月15日”】" in found
    assert "自2019年以来" in found
    assert "【核对：去年写“12345”】热线" in found
    assert "{{ year }}年更好" in found


def test_last_years_problems_are_held_up_whole() -> None:
    problems = [
        b.text for b in learned(OLD_REPORT).blocks if b.role is Role.PROBLEM and not b.level
    ]

    assert problems == ["【核对：去年写“一是后期管护没有跟上。二是冬季施工慢。”】"]


def test_planned_figures_become_the_next_targets() -> None:
    plan = next(b.text for b in learned(OLD_REPORT).blocks if b.role is Role.PLAN and not b.level)

    assert plan.startswith(
        "完成改厕{{ toilets_renovated.next_target }}，"
        "开展村庄清洁行动{{ cleanup_activities.next_target }}"
    )
    assert "【核对：去年写“6月底”】" in plan


def test_signs_that_mean_something_in_a_template_are_escaped() -> None:
    found = body("方案写作{{ x }}|A#，已落实到位，效果很好。")

    assert r"\{{ x }}\|A\#" in found


def test_lines_that_only_the_web_page_had_are_left_out() -> None:
    text = "索引号：400/2025-20\n发布机构：青禾镇\n" + OLD_REPORT + "\n浏览次数：32\n[打印本页]"

    template = learned(text).template

    assert "索引号" not in template
    assert "打印本页" not in template


def test_told_are_the_indicators_of_what_was_done() -> None:
    assert learned(OLD_REPORT).told == {"toilets_renovated"}


def test_paragraphs_that_the_report_lacks_come_from_the_packs() -> None:
    slots_of = {name: [f"of_{name}"] for name in catalogue().paragraphs}

    found = lacking(catalogue(), {"of_toilets"}, slots_of)

    assert [p.id for p in found if p.line == "environment"] == ["cleanup"]
    assert {p.id for p in found} == set(slots_of) - {"toilets"}
    orders = [catalogue().lines[p.line].order for p in found]
    assert orders == sorted(orders)


@pytest.mark.parametrize(
    ("measure", "kind", "is_one"),
    [
        ("全年计划改厕", Kind.LEVEL, True),
        ("改厕任务", Kind.LEVEL, True),
        ("完成改厕", Kind.LEVEL, False),
        ("改厕完成年度任务", Kind.RATE, False),
    ],
)
def test_a_planned_figure_is_told_by_its_words(measure: str, kind: Kind, is_one: bool) -> None:
    figure = Figure(measure, None, "户", kind=kind, status=Status.ACTUAL)

    assert is_planned(figure) is is_one
