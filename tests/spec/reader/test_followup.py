"""What became of a plan: numbers beside numbers, sentences beside sentences."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qianxian_reader import Commitment, Outcome, follow_up, read_text

EARLIER = """白云乡2024年工作总结和2025年工作计划
一、2024年工作总结
今年完成改厕300户，公共预算收入同比增长6%。
二、2025年工作计划
（一）壮大产业。公共预算收入增长8%，新建高标准农田1200亩，引进农产品加工企业3家。
（二）改善环境。完成农村改厕260户，硬化村组道路12公里，森林覆盖率达到62%。
（三）办好实事。建成白云敬老院二期工程，启动集镇污水管网改造，新建云岭村文化广场。
（四）防范风险。全年生产安全事故控制在2起以内。
"""
LATER = """白云乡2025年工作总结和2026年工作计划
一、2025年工作总结
（一）产业有新发展。公共预算收入同比增长8.6%，建成高标准农田900亩，引进农产品加工企业3家。
（二）环境有新改善。全年完成农村改厕281户，森林覆盖率61.2%。
（三）实事有新进展。白云敬老院二期工程建成投用，集镇污水管网改造正在加快推进。
（四）安全有保障。全年发生生产安全事故1起。
二、2026年工作计划
硬化村组道路15公里，新建云岭村文化广场。
"""


@pytest.fixture(scope="module")
def found() -> Mapping[str, Commitment]:
    commitments = follow_up(read_text(EARLIER, "去年"), read_text(LATER, "今年"))
    return {one.task.measure or one.task.text: one for one in commitments}


@pytest.mark.parametrize(
    ("words", "outcome", "told"),
    [
        ("公共预算收入增长", Outcome.MET, "去年计划8%，今年报8.6%"),
        ("高标准农田", Outcome.PARTLY, "完成75.0%，还差300亩"),
        ("农产品加工企业", Outcome.MET, "去年计划3家，今年报3家"),
        ("改厕", Outcome.MET, "去年计划260户，今年报281户"),
        ("道路", Outcome.UNMENTIONED, "没有交代"),
        ("森林覆盖率", Outcome.MISSED, "去年计划62%，今年报61.2%"),
        ("事故", Outcome.MET, "去年计划2起，今年报1起"),
    ],
)
def test_a_number_is_compared_with_the_number_of_the_same_thing(
    found: Mapping[str, Commitment], words: str, outcome: Outcome, told: str
) -> None:
    one = next(one for measure, one in found.items() if words in measure)

    assert one.outcome is outcome
    assert told in one.message


def test_a_deed_without_a_number_is_looked_for_in_the_words() -> None:
    earlier = read_text(
        "白云乡2025年工作计划\n一、主要任务\n建成白云敬老院二期工程并投入使用。"
        "\n启动集镇污水管网改造和提升工程。\n新建云岭村文化广场和戏台。\n",
        "去年",
    )

    outcomes = [one.outcome for one in follow_up(earlier, read_text(LATER, "今年"))]

    # What the later report plans in its turn is no answer.
    assert outcomes == [Outcome.MET, Outcome.PARTLY, Outcome.UNMENTIONED]


PLAN = """白云乡2025年工作计划
一、主要任务
工业投资、技改投资分别增长10%以上，新（改）建户用卫生厕所260户，服务业增加值增长9%。
确保柳溪大桥、东山水库年内完工，云岭公路国庆前建成通车，争创全省信访工作示范乡。
"""
TOLD = """白云乡2025年工作总结
一、2025年工作总结
工业投资、技改投资分别增长25.2%、8.6%，农业增加值增长3.1%，新改建无害化卫生厕所131户。
柳溪大桥因征地受阻，未能完工，云岭公路提前三个月建成通车，荣获全省信访工作示范乡。
"""


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("工业投资增长", Outcome.MET),  # 分别: a goal for each
        ("技改投资增长", Outcome.MISSED),
        ("户用卫生厕所", Outcome.PARTLY),  # under another name, the only one of its kind
        ("服务业增加值", Outcome.UNMENTIONED),  # another industry's growth is no answer
        ("柳溪大桥", Outcome.MISSED),
        ("云岭公路", Outcome.MET),  # each clause that promises an end is a task
        ("信访工作示范乡", Outcome.MET),
    ],
)
def test_a_sentence_that_promises_several_things_is_followed_thing_by_thing(
    words: str, outcome: Outcome
) -> None:
    commitments = follow_up(read_text(PLAN, "去年"), read_text(TOLD, "今年"))

    assert [o.outcome for o in commitments if words in (o.task.measure or o.task.text)] == [outcome]


def test_what_was_done_in_the_earlier_year_is_no_promise(found: Mapping[str, Commitment]) -> None:
    assert not any(one.task.value == 300 for one in found.values())


def test_an_answer_names_its_line(found: Mapping[str, Commitment]) -> None:
    one = next(one for measure, one in found.items() if "改厕" in measure)

    assert one.figure is not None and one.figure.span.line == 4


def test_nothing_becomes_of_a_report_without_a_plan() -> None:
    assert follow_up(read_text(LATER.split("二、")[0], "x"), read_text(LATER, "y")) == ()
