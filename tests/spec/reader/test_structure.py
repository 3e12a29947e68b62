"""Title, sections and their roles, tasks and problems of an invented report."""

from __future__ import annotations

from qianxian_reader import Document, ReportKind, Role, read_text, to_json

_REPORT = """青溪乡2023年工作总结暨2024年工作计划
2023年，全乡上下认真落实县委、县政府部署，较好地完成了各项任务，现将有关情况报告如下：
一、2023年工作完成情况
（一）产业发展稳步推进
全乡种植油菜3600亩，新建产业路4.5公里。
（二）人居环境持续改善
完成改厕86户，清运垃圾1200余吨。
二、存在的问题
一是产业链条短。二是基础设施欠账多，还有3个村没有通自来水。
三、2024年工作计划
（一）壮大特色产业。新建茶园800亩，6月底前完成育苗。
（二）办好民生实事。改厕120户，力争10月底前完成。
"""


def _document() -> Document:
    return read_text(_REPORT, "青溪乡.txt")


def test_the_head_of_a_report_is_read_from_its_title() -> None:
    document = _document()

    assert document.title == "青溪乡2023年工作总结暨2024年工作计划"
    assert (document.place, document.year, document.kind) == ("青溪乡", 2023, ReportKind.ANNUAL)


def test_each_part_has_its_role_and_lines() -> None:
    parts = [section for section in _document().sections if section.level == 1]

    assert [(one.number, one.role, one.first, one.last) for one in parts] == [
        ("一、", Role.DONE, 3, 7),
        ("二、", Role.PROBLEM, 8, 9),
        ("三、", Role.PLAN, 10, 12),
    ]


def test_the_plan_belongs_to_the_second_year_of_the_title() -> None:
    planned = [one for one in _document().figures if one.span.line > 9]

    assert {str(one.figure.period) for one in planned} == {"2024"}


def test_sections_stand_in_one_another() -> None:
    sections = _document().sections
    inner = next(one for one in sections if one.heading == "人居环境持续改善")

    assert inner.parent is not None
    assert sections[inner.parent].number == "一、"


def test_a_planned_figure_is_a_task_with_its_date() -> None:
    tasks = {one.measure: one for one in _document().tasks if one.value is not None}

    assert tasks["新建茶园"].value == 800
    assert tasks["改厕"].due == "2024-10-31"


def test_problems_are_listed_one_by_one() -> None:
    assert [one.text for one in _document().problems] == [
        "产业链条短",
        "基础设施欠账多，还有3个村没有通自来水",
    ]


def test_a_half_year_report_is_one() -> None:
    document = read_text("青溪乡2023年上半年工作总结\n一、工作情况\n改厕20户。")

    assert document.kind is ReportKind.HALF_YEAR
    assert str(document.period) == "2023-H1"


def test_a_profile_is_one_without_a_title() -> None:
    document = read_text("一、基本情况\n青溪乡位于县城东部，总面积62平方公里，辖9个行政村。")

    assert (document.kind, document.place) == (ReportKind.PROFILE, "青溪乡")


def test_page_furniture_is_no_part_of_the_report() -> None:
    page = "发布机构：青溪乡\n浏览量：1203次\n" + _REPORT + "附件下载：\n上一篇：通知\n"

    document = read_text(page)

    assert document.title.startswith("青溪乡2023年")
    assert "1203次" not in [one.span.text for one in document.figures]


def test_explained_words_at_the_end_hold_no_figures_of_the_report() -> None:
    text = _REPORT + "名词解释\n1.千企工程：全国建设1000家企业的工程。\n"

    assert "1000家" not in [one.span.text for one in read_text(text).figures]


def test_the_contract_has_every_key() -> None:
    plain = to_json(_document())

    assert list(plain) == [
        *("file", "title", "place", "year", "kind", "repairs", "sections", "figures"),
        *("tasks", "problems", "findings"),
    ]
    figures = plain["figures"]
    assert isinstance(figures, list)
    assert figures[0] == {
        "line": 5,
        "start": 6,
        "end": 11,
        "text": "3600亩",
        "value": 3600,
        "unit": "亩",
        "bound": "exact",
        "measure": "种植油菜",
        "indicator": None,
        "kind": "level",
        "status": "actual",
        "place": "",
        "period": "2023",
        "part_of": None,
        "section": 2,
    }
