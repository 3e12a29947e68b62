"""Figures of several reports side by side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from qianxian_reader import Column, Comparison, compare, read_text
from qianxian_reader._compare_out import page, write_comparison


@dataclass(frozen=True)
class Indicator:
    id: str
    name: str
    synonyms: tuple[str, ...]
    unit: str
    kind: str


@dataclass(frozen=True)
class Catalogue:
    indicators: dict[str, Indicator]


TOILETS = Catalogue({"toilets": Indicator("toilets", "农村改厕", ("改厕",), "户", "flow")})
CLOUD = (
    "白云乡{0}年工作总结\n一、主要工作\n全年完成改厕{1}，固定资产投资完成{2}，云岭村改厕12户。\n"
)


@pytest.fixture
def found() -> Comparison:
    texts = [
        CLOUD.format(2024, "300户", "1.2亿元"),
        CLOUD.format(2025, "281户", "15000万元"),
        "清溪镇2025年工作总结\n一、主要工作\n今年改厕96户，新建茶园800亩。固定资产投资9000万元。\n"
        "固定资产投资完成9100万元。\n二、2026年计划\n改厕200户。\n",
    ]
    documents = [read_text(t, f"{n}.txt", catalogue=TOILETS) for n, t in enumerate(texts)]
    return compare(documents, TOILETS)


def test_columns_are_places_and_years_in_order(found: Comparison) -> None:
    assert list(map(str, found.columns)) == ["清溪镇2025年", "白云乡2024年", "白云乡2025年"]


def test_an_indicator_is_one_row_however_it_is_called(found: Comparison) -> None:
    row = next(row for row in found.rows if row.indicator == "toilets")

    assert row.name == "农村改厕"
    values = [row.value(column) for column in found.columns]
    # Plans and single villages are left out.
    assert values == [96, 300, 281]


def test_units_of_one_dimension_are_turned_into_one(found: Comparison) -> None:
    row = next(row for row in found.rows if "固定资产投资" in row.name)

    assert row.value(Column("白云乡", 2024)) == Decimal(120_000_000)
    assert row.value(Column("白云乡", 2025)) == Decimal(150_000_000)


def test_two_values_of_one_report_are_not_chosen_between(found: Comparison) -> None:
    row = next(row for row in found.rows if "固定资产投资" in row.name)

    assert row.value(Column("清溪镇", 2025)) is None
    assert row.differs(Column("清溪镇", 2025))


def test_what_only_one_report_tells_is_shown_on_demand(found: Comparison) -> None:
    assert not any("茶园" in row.name for row in found.shared())
    assert any("茶园" in row.name for row in found.shared(1))


def test_the_spreadsheet_holds_values_and_where_they_stand(
    found: Comparison, tmp_path: Path
) -> None:
    write_comparison(found, tmp_path / "a.xlsx", least=2)

    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    values = book.get_sheet_by_name("对照").to_python()
    assert ["农村改厕", "户", 96.0, 300.0, 281.0] in values
    sources = book.get_sheet_by_name("出处").to_python()
    assert ["农村改厕", "白云乡2024年", "300户", "0.txt", "3"] in sources


def test_the_page_holds_no_markup_of_a_report() -> None:
    text = "白云乡2025年工作总结\n一、主要工作\n<script>改厕281户，新建<b>茶园</b>800亩。\n"

    shown = page(compare([read_text(text, "<i>.txt")]), least=1)

    assert "<script>" not in shown and "<i>" not in shown
    assert "281" in shown and "800" in shown
