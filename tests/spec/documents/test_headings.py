"""Numbering the headings of a document."""

from __future__ import annotations

import pytest

from qianxian_documents import Heading, Paragraph, Run, heading, number_headings, paragraph


def numbered(*blocks: Heading | Paragraph) -> list[str]:
    return [block.text for block in number_headings(blocks) if isinstance(block, Heading)]


def test_each_level_counts_anew_under_its_parent() -> None:
    blocks = [heading(level, name) for level, name in [(1, "甲"), (2, "乙"), (3, "丙"), (4, "丁")]]

    texts = numbered(
        *blocks, heading(2, "戊"), heading(3, "己"), heading(1, "庚"), heading(2, "辛")
    )

    assert texts == [
        "一、甲",
        "（一）乙",
        "1.丙",
        "（1）丁",
        "（二）戊",
        "1.己",
        "二、庚",
        "（一）辛",
    ]


@pytest.mark.parametrize("typed", ["三、", "（三）", "(3)", "3.", "3、", "（12）", "二十一、", ""])
def test_a_typed_number_is_replaced(typed: str) -> None:
    assert numbered(heading(1, typed + "粮油生产")) == ["一、粮油生产"]


@pytest.mark.parametrize("text", ["3.5万亩农田建成", "2026年任务", "十项实事办结", "一村一策"])
def test_a_heading_that_begins_with_a_value_keeps_it(text: str) -> None:
    assert numbered(heading(3, text)) == ["1." + text]


def test_a_figure_at_the_start_of_a_heading_keeps_its_id_and_text() -> None:
    figure = Run("3.5万亩", figure="f1")

    (block,) = number_headings([heading(2, figure, "农田建成")])

    assert isinstance(block, Heading)
    assert block.runs == (Run("（一）"), figure, Run("农田建成"))


def test_other_blocks_pass_unchanged() -> None:
    between = paragraph("1.这是正文。")

    assert number_headings([heading(1, "甲"), between])[1] is between
