"""Components: what each says, in every state, as a reader or a screen reader finds it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory

from qianxian.core import parts
from qianxian.core.models import User
from qianxian_figures import Coverage, Figure, Rows
from tests.web.markup import FRIDAY, draw, words

ROOT = Path(__file__).parents[2]


def test_a_light_is_told_in_words_even_where_only_its_ratio_shows() -> None:
    light = draw('{% light "yellow" "0.96" %}')

    assert words(light) == "黄灯 0.96"
    assert light.find(".//span[@class='sr']").text == "黄灯 "


def test_a_light_of_no_known_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="'amber' is none of"):
        draw('{% light "amber" %}')


def test_a_parameter_that_a_component_does_not_know_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="colou"):
        draw('{% light "green" colou="x" %}')


def test_a_part_of_a_sentence_adds_no_space_to_it() -> None:
    sentence = draw('改厕{% figure 98 "户" href="/f" %}，{% badge "已验收" "green" %}。')

    assert sentence.text_content() == "改厕98户，已验收。"


def test_a_figure_with_facts_opens_them_and_names_its_records() -> None:
    tree = draw('{% figure v "户" formula="按验收日期数" records=98 records_url="/r" %}', v=98)

    assert tree.find(".//button").get("aria-expanded") == "false"
    assert tree.find(".//*[@hidden]") is not None
    assert "看 98 条记录" in words(tree)


def test_a_figure_value_brings_unit_records_and_coverage_along() -> None:
    value = Figure(
        "改厕",
        Decimal(98),
        "户",
        coverage=Coverage(("桃溪村",), ("云岭村",)),
        provenance=Rows("toilet_renovation", 96),
    )

    text = words(draw('{% figure v records_url="/r" %}', v=value))

    assert text.startswith("98户")
    assert "报齐1/2" in text.replace(" ", "")
    assert "看 96 条记录" in text


def test_no_data_is_a_dash_and_never_zero() -> None:
    assert words(draw('{% figure v "户" %}', v=None)) == "—"
    assert words(draw('{% figure v "户" %}', v=0)) == "0 户"


def test_a_figure_missing_from_a_draft_is_named() -> None:
    assert words(draw('{% figure None missing="早稻总产量" %}')) == "【待补：早稻总产量】"


@pytest.mark.parametrize(
    ("value", "text", "css"),
    [
        (Decimal("1800.00"), "1,800", "num"),
        (date(2026, 10, 15), "10-15", "n nowrap"),
        (None, "—", ""),
        ("桃溪村", "桃溪村", ""),
    ],
)
def test_a_cell_is_written_and_aligned_by_its_kind(value: Any, text: str, css: str) -> None:
    table = draw('<table><tr>{% cell v "名" %}</tr></table>', v=value)

    cell = table.find(".//td")
    assert (cell.text_content(), cell.get("class", ""), cell.get("data-l")) == (text, css, "名")


def test_a_cell_escapes_what_people_typed() -> None:
    markup = Template("{% load look %}{% cell v %}").render(Context({"v": "<script>x</script>"}))

    assert "&lt;script&gt;" in markup


def test_a_wrong_cell_says_why() -> None:
    cell = draw('<table><tr>{% cell v wrong="早于开工" %}</tr></table>', v=FRIDAY).find(".//td")

    assert "wrong" in cell.get("class")
    assert "早于开工" in cell.text_content()


def test_progress_is_told_in_words_and_its_bar_ends_at_the_target() -> None:
    tree = draw('{% progress 150 120 102 "户" %}')

    assert tree.find(".//*[@role='img']").get("aria-label").strip() == (
        "150 / 120 户，125.0%，应到 102"
    )
    assert tree.find(".//rect[@class='fill']").get("width") == "100%"


def test_progress_without_a_target_claims_no_percentage() -> None:
    tree = draw('{% progress 12 None None "户" %}')

    assert "%" not in words(tree)
    assert "12 / —" in words(tree)


def test_coverage_names_who_is_missing() -> None:
    tree = draw("{% coverage places %}", places=[("桃溪村", True), ("云岭村", False)])

    assert words(tree) == "1/2 村已报齐，没报齐：云岭村"
    assert len(tree.findall(".//i")) == 2


class Sample(forms.Form):
    accepted_on = forms.DateField(label="验收日期", help_text="现场看过的那一天")
    kind = forms.ChoiceField(
        label="类型", choices=[("a", "三格"), ("b", "三瓮")], widget=forms.RadioSelect
    )
    subsidy = forms.DecimalField(label="奖补", required=False)
    agreed = forms.BooleanField(label="看过", required=False)
    paper = forms.FileField(label="表", required=False)

    warnings = {"subsidy": ["标准是 2,000 元。对的话照样能存。"]}


def test_a_field_ties_help_error_and_warning_to_its_control() -> None:
    form = Sample({"accepted_on": "", "subsidy": "x"})
    tree = draw("{% field form.accepted_on %}{% field form.subsidy '元' %}", form=form)

    date_input, subsidy = tree.findall(".//input")
    assert date_input.get("aria-describedby") == "id_accepted_on_helptext id_accepted_on_error"
    assert date_input.get("aria-invalid") == "true"
    assert subsidy.get("aria-describedby") == "id_subsidy_error id_subsidy_warning"
    for name in f"{date_input.get('aria-describedby')} {subsidy.get('aria-describedby')}".split():
        assert tree.get_element_by_id(name) is not None


def test_what_may_be_left_empty_says_so() -> None:
    text = words(draw("{% field form.accepted_on %}{% field form.subsidy %}", form=Sample()))

    assert text.count("可不填") == 1


def test_choices_are_a_group_with_its_own_name() -> None:
    group = draw("{% field form.kind %}", form=Sample()).find(".//fieldset")

    assert group.find("legend").text_content().strip() == "类型"
    assert [label.text_content() for label in group.findall(".//label")] == ["三格", "三瓮"]


@pytest.mark.parametrize("name", list(Sample.base_fields))
def test_every_field_has_a_label_and_keeps_the_name_of_its_control(name: str) -> None:
    tree = draw("{% field bound %}", bound=Sample()[name])

    controls = tree.xpath(".//input | .//select | .//textarea")
    assert {control.get("name") for control in controls} == {name}
    assert tree.xpath(".//label | .//legend")


def test_errors_at_the_top_lead_to_their_fields() -> None:
    form = Sample({"kind": "a"})
    form.add_error(None, "这户今年已经记过。")

    tree = draw("{% error_summary form %}{% field form.accepted_on %}", form=form)

    assert "有 2 处要改，还没有存" in words(tree)
    assert "验收日期：这一项还没填。" in words(tree)
    assert [a.get("href") for a in tree.findall(".//a")] == ["#id_accepted_on"]
    assert tree.get_element_by_id("id_accepted_on") is not None


def test_a_form_without_errors_has_no_summary() -> None:
    assert words(draw("{% error_summary form %}", form=Sample())) == ""


def test_a_button_that_cannot_be_pressed_stays_and_says_why() -> None:
    tree = draw('{% button "送审" "primary" href="/x" disabled=True why="还差一张照片" %}')

    assert tree.find(".//button").get("disabled") is not None
    assert tree.find(".//a") is None
    assert "还差一张照片" in words(tree)


def test_other_keywords_of_a_button_become_attributes() -> None:
    button = draw('{% button "存" hx_post="/x" name="go" %}').find(".//button")

    assert (button.get("hx-post"), button.get("name")) == ("/x", "go")


def test_a_message_carries_its_undo_as_a_form() -> None:
    saved = Message(constants.SUCCESS, "已记：0312 验收合格", extra_tags=parts.undo("/undo/7"))
    tree = draw('{% include "_components/messages.html" %}', messages=[saved])

    assert tree.find(".//*[@role='status']") is not None
    assert tree.find(".//form").get("action") == "/undo/7"
    assert "撤回" in words(tree)


def test_bad_news_is_an_alert_in_the_page() -> None:
    told = [Message(constants.ERROR, "第 7 行日期不对"), Message(constants.WARNING, "少 200 元")]
    tree = draw('{% include "_components/messages.html" %}', messages=told)

    assert words(tree.find(".//*[@role='alert']")) == "第 7 行日期不对"
    assert "少 200 元" in words(tree)


def test_a_matter_that_is_late_says_how_late_and_where_it_is_stuck() -> None:
    row = parts.MatterRow(
        "奖补发放", "/m/1", due=date(2026, 10, 14), stuck="账号有误", note="县里要"
    )
    tree = draw("<ul>{% matter_row row %}</ul>", row=row)

    assert words(tree).startswith("超 2 天应 10月14日")
    assert "停在：账号有误" in words(tree)
    assert "late" in tree.find(".//div").get("class")


def test_a_matter_due_later_is_not_late_at_midnight_of_its_day() -> None:
    row = parts.MatterRow("复查", "/m/1", due=FRIDAY)

    assert words(draw("<ul>{% matter_row row %}</ul>", row=row)).startswith("今天")


def test_a_component_that_needs_today_says_so() -> None:
    with pytest.raises(ValueError, match="needs `today`"):
        draw("{% matter_row row %}", row=parts.MatterRow("复查", "/"), today=None)


def test_a_clock_prints_rule_basis_and_that_it_is_not_verified() -> None:
    clock = parts.Clock(
        due=date(2026, 10, 23), cells=("past", "paused", "today", ""), how="15 个自然日",
        basis="指令书", confirmed=False,
    )  # fmt: skip
    text = words(draw("{% clock clock %}", clock=clock))

    assert text.startswith("7天还剩")
    assert "10月23日 星期五" in text
    assert "指令书 未核实" in text
    assert "斜纹是暂停" in text


def test_a_clock_that_ran_out_says_since_when_and_why_without_blame() -> None:
    clock = parts.Clock(due=date(2026, 10, 14), stuck="等信用社")
    text = words(draw("{% clock clock %}", clock=clock))

    assert text.startswith("2天超期")
    assert "停在：等信用社" in text


def test_steps_say_what_they_have_lack_and_when_they_open() -> None:
    needs = (parts.Need("照片", "have"), parts.Need("回执"), parts.Need("过了 10月23日", "stop"))
    steps = [
        parts.NextStep("整改完成", "/s", needs, post=True),
        parts.NextStep("移送", disabled=True),
    ]
    tree = draw("{% next_steps steps %}", steps=steps, csrf_token="t0ken")

    assert [words(li).replace(" ", "") for li in tree.findall(".//li")] == [
        "有：照片",
        "还差：回执",
        "现在不能：过了10月23日",
    ]
    assert tree.find(".//input[@name='csrfmiddlewaretoken']").get("value") == "t0ken"
    assert tree.findall(".//button")[1].get("disabled") is not None


def test_a_finding_offers_its_correction_only_where_it_is_certain() -> None:
    sure = parts.FindingCard("算不对", severity="error", old="98.2%", new="87.3%", fix_url="/f")
    unsure = parts.FindingCard("用了旧数", fix_url="/f", dismiss_url="/d")

    assert "照此改" in words(draw("{% finding c %}", c=sure))
    text = words(draw("{% finding c %}", c=unsure))
    assert "照此改" not in text
    assert "不是问题" in text


def test_paging_keeps_the_other_conditions() -> None:
    request = RequestFactory().get("/?village=1&page=2")
    page = Paginator(range(43), 10).page(2)
    tree = draw("{% paging page %}", page=page, request=request)

    assert [a.get("href") for a in tree.findall(".//a")] == [
        "?village=1&page=1",
        "?village=1&page=3",
    ]
    assert "第 2 页，共 5 页" in words(tree)


def test_a_spark_leaves_a_gap_where_a_value_is_not_known() -> None:
    tree = draw('{% spark v label="桃溪村" %}', v=[1, 2, None, 4, 5])

    assert len(tree.findall(".//polyline")) == 2


def test_a_chart_gives_its_numbers_as_a_table_too() -> None:
    chart = parts.LineChart(
        "慢 4 户", "户", ("3月", "4月"), (Decimal(6), None), (Decimal(8), Decimal(20)), unit="户"
    )
    tree = draw("{% line_chart chart %}", chart=chart)

    cells = [[words(cell) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert cells == [["3月", "6", "8"], ["4月", "—", "20"]]


def test_a_chart_of_nothing_is_still_drawn() -> None:
    chart = parts.LineChart("还没有数", "户", ("3月",), (None,))

    assert draw("{% line_chart chart %}", chart=chart).find(".//svg") is not None


def test_the_components_page_shows_every_component(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    response = client.get("/components/")

    shown = {template.name for template in response.templates}
    every = {f"_components/{file.name}" for file in (ROOT / "templates/_components").glob("*.html")}
    elsewhere = {"_components/sorry.html", "_components/demo_accounts.html"}
    assert response.status_code == 200
    assert every - shown == elsewhere


def test_an_as_of_names_its_commit() -> None:
    at = datetime(2026, 10, 16, 0, 30, tzinfo=UTC)

    assert words(draw("{% as_of at commit=48217 %}", at=at)) == (
        "数据截至 10月16日 08:30，第 48,217 号提交"
    )
