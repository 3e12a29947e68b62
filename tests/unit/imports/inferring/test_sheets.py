"""A definition written as a sheet: there and back, and every fault at its sheet and row."""

from __future__ import annotations

from typing import Any

import pytest

from qianxian.imports.inferring import sheets
from qianxian.imports.inferring.design import design_of
from qianxian.imports.inferring.sheets import SheetInvalid
from qianxian_packs import Ledger
from tests.unit.imports.conftest import workbook


def test_the_sheet_of_a_ledger_gives_the_same_ledger(trees: Ledger) -> None:
    design = sheets.read(sheets.workbook(design_of(trees)), "植树.xlsx")
    assert design.ledger(trees.id) == trees


def test_faults_name_sheet_and_row(db: None) -> None:
    rows: list[list[Any]] = [
        ["栏名", "类型", "单位", "选项", "必填", "用作"],
        ["树种", "选一项", None, None, "是", None],
        ["日子", "天", None, None, "对", "日期栏"],
        [None, "整数", "株", None, None, "主栏"],
    ]
    with pytest.raises(SheetInvalid) as told:
        sheets.read(workbook(rows, [["条线", "没有的线"]], names=["栏", "台账"]), "定义.xlsx")
    says = told.value.says
    assert says[0] == "“栏”表第 2 行：选项是空的。用顿号隔开，写上有哪几项。"
    assert says[1].startswith("“栏”表第 3 行：没有“天”这种类型，只有文字、")
    assert says[2] == "“栏”表第 3 行：必填写的是“对”，写是，或者空着。"
    assert says[3] == "“栏”表第 4 行：没写栏名。"
    assert says[4].startswith("“栏”表第 4 行：用作写的是“主栏”")
    assert says[5].startswith("“台账”表：没有“没有的线”这条线")


def test_blanks_between_commas_are_no_choices(db: None) -> None:
    rows: list[list[Any]] = [["栏名", "类型", "选项"], ["树种", "选一项", "香樟、 、桂花，"]]

    design = sheets.read(workbook(rows, names=["栏"]), "定义.xlsx")

    assert design.columns[0].choices == ("香樟", "桂花")


def test_a_workbook_without_such_a_sheet_says_what_is_wanted(db: None) -> None:
    with pytest.raises(SheetInvalid, match="要有一张“栏”表"):
        sheets.read(workbook([["甲", "乙"], [1, 2]]), "别的.xlsx")
