"""Figures in sentences: each case of figures.txt, and the sentences that hold none."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from qianxian_figures import Bound, Kind, Status
from qianxian_reader import ReportFigure, read_text
from tests.spec.reader._cases import Sentence, lines_of, sentences

_CASES = sentences("figures.txt")


def _marks(one: ReportFigure) -> set[str]:
    figure = one.figure
    named = {figure.kind.value, figure.status.value, figure.bound.value}
    return named - {Kind.LEVEL.value, Status.ACTUAL.value, Bound.EXACT.value}


@pytest.mark.parametrize("case", _CASES, ids=[case.text[:24] for case in _CASES])
def test_a_sentence_gives_its_figures(case: Sentence) -> None:
    found = read_text(case.report()).figures

    assert [(one.span.text, one.value, one.unit) for one in found] == [
        (want.text, Decimal(want.value), want.unit) for want in case.figures
    ]
    for one, want in zip(found, case.figures, strict=True):
        missing = [word for word in want.words if word not in one.measure]
        assert not missing, f"{want.text}: {one.measure} lacks {missing}"
        assert _marks(one) == set(want.marks), want.text


@pytest.mark.parametrize("case", _CASES, ids=[case.text[:24] for case in _CASES])
def test_a_measure_is_a_short_phrase_without_stops_or_its_own_figure(case: Sentence) -> None:
    for one in read_text(case.report()).figures:
        assert 0 < len(one.measure) <= 28
        assert not re.search(r"[，。；：！？\s]", one.measure)
        assert one.span.text not in one.measure


@pytest.mark.parametrize("text", list(lines_of("no_figures.txt")))
def test_dates_names_and_idioms_are_no_figures(text: str) -> None:
    assert [one.span.text for one in read_text(text).figures] == []


def test_a_part_names_the_figure_it_is_part_of() -> None:
    found = read_text("受理纠纷38起，其中邻里18起、土地8起。").figures

    assert [one.part_of for one in found] == [None, 0, 0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("贫困户50户120人，其中低保户17户36人。", {2: 0, 3: 1}),
        (
            "总人口2.4万人，其中：农业人口2万人，非农业人口0.4万人；男性1.3万人。",
            {1: 0, 2: 0, 3: 0},
        ),
        ("增加值24亿元。其中：第二产业10亿元，其中工业8亿元；第三产业6亿元。", {1: 0, 2: 1, 3: 0}),
        ("全乡辖9个村，其中64个村民小组。", {}),
        ("上线率71%，其中本科上线623人。", {}),
        ("编制15名，现有12名。", {1: 0}),
        ("出栏生猪35万头；年末存栏28万头。", {}),
    ],
)
def test_parts_belong_to_the_whole_that_can_hold_them(text: str, parts: dict[int, int]) -> None:
    figures = read_text(text, "a.txt").figures

    assert {n: one.part_of for n, one in enumerate(figures) if one.part_of is not None} == parts


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "完成北邓村3000亩、温仁4000亩农田整理。",
            ["北邓村", "温仁"],
        ),  # a bare name beside a village
        ("推进沙溪镇土地整治、补充耕地等项目，新建高标准农田5000亩。", [""]),
        ("沙溪镇推进土地整治，新建高标准农田5000亩。", ["沙溪镇"]),
        ("推进西坪子生态村建设，计划投资750万元，改造民宿37户。", ["西坪子生态村", "西坪子生态村"]),
        (
            "小柳庄、东坪村改造有序推进，小柳庄征收补偿完成96.7%，发放补偿款800万元。",
            ["小柳庄"] * 2,
        ),
        ("北部村发展大棚30栋，小柳庄建成公厕2座。", ["", ""]),
        ("沙溪乡试点铺开，启动了沙溪4000亩农田整理。", ["沙溪"]),
        ("扶贫到村（石坪村和云岭村），贫困人口281户。", [""]),
        ("下辖古莫、石坪、云岭3个行政村。古莫村5户，云岭村8户。", ["", "古莫村", "云岭村"]),
        ("云岭村扶持母羊16只、母猪57头。", ["云岭村", "云岭村"]),
        ("前进村绿化投入260万元，沿小二台修路5公里。", ["前进村", "前进村"]),
    ],
)
def test_a_place_holds_for_its_item_or_its_sentence(text: str, places: list[str]) -> None:
    assert [one.figure.place for one in read_text(text).figures] == places


def test_the_village_named_before_a_figure_is_its_place() -> None:
    text = "东坪村、沙溪村开展试点。\n在东坪村新建文化广场2个。\n东坪村等4个村建成公厕6座。"

    places = [one.figure.place for one in read_text(text).figures]

    assert places == ["东坪村", "", ""]


def test_the_period_is_the_one_that_the_clause_names() -> None:
    text = "白云乡2023年工作总结\n一、2023年工作总结\n2022年建成公厕3座，今年建成5座，上半年投入20万元。"

    periods = [str(one.figure.period) for one in read_text(text).figures]

    assert periods == ["2022", "2023", "2023-H1"]


def test_the_upper_end_of_a_range_is_kept() -> None:
    (one,) = read_text("每户补助3—5万元。").figures

    assert (one.value, one.figure.high) == (Decimal(30000), Decimal(50000))


def test_a_table_row_is_named_by_its_label_and_its_column() -> None:
    text = "单位：万元\n指标\t金额\t增长（%）\n税收收入\t820\t6.5\n"

    found = read_text(text).figures

    assert [(one.measure, one.value, one.unit, one.figure.kind) for one in found] == [
        ("税收收入金额", Decimal(8200000), "元", Kind.LEVEL),
        ("税收收入增长", Decimal("6.5"), "%", Kind.CHANGE),
    ]


def test_a_table_by_village_gives_places() -> None:
    found = read_text("村\t改厕户数（户）\n东坪村\t23\n合计\t23\n").figures

    assert [(one.figure.place, one.measure, one.unit) for one in found] == [
        ("东坪村", "改厕户数", "户"),
        ("", "合计改厕户数", "户"),
    ]
