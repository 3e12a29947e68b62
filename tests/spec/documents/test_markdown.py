"""The subset of Markdown that paragraph templates are written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian_documents import (
    BadTemplate,
    Block,
    Heading,
    Paragraph,
    Run,
    Table,
    heading,
    paragraph,
    parse_blocks,
    slots,
    table,
)


def fill(name: str) -> Run:
    return Run(f"<{name}>", figure=name)


def test_headings_of_four_levels_and_paragraphs_are_read_in_order() -> None:
    text = "# 甲\n## 乙\n正文一。\n\n正文二。\n### 丙\n#### 丁\n"

    assert parse_blocks(text, fill) == (
        heading(1, "甲"),
        heading(2, "乙"),
        paragraph("正文一。"),
        paragraph("正文二。"),
        heading(3, "丙"),
        heading(4, "丁"),
    )


def test_a_slot_becomes_the_run_that_the_caller_gives() -> None:
    (block,) = parse_blocks("全年改厕{{ toilets }}，复耕{{reclaimed}}。", fill)

    assert block == paragraph("全年改厕", fill("toilets"), "，复耕", fill("reclaimed"), "。")


def test_a_slot_in_a_heading_keeps_its_figure() -> None:
    (block,) = parse_blocks("## 改厕{{ toilets }}", fill)

    assert block == heading(2, "改厕", fill("toilets"))


def test_what_a_slot_returns_is_never_read_as_template() -> None:
    (block,) = parse_blocks("{{ a }}", lambda name: Run("# {{ b }} | x", figure=name))

    assert block == paragraph(Run("# {{ b }} | x", figure="a"))


def test_lines_that_touch_are_one_paragraph_and_only_latin_ends_get_a_space() -> None:
    (block,) = parse_blocks("前一行，\n后一行 GDP\ngrowth。", fill)

    assert block == paragraph("前一行，后一行 GDP growth。")


def test_a_table_is_read_with_slots_in_its_cells() -> None:
    text = "| 村 | 户数 |\n|:---|---:|\n| 石桥村 | {{ a }} |\n| 云岭村 | 约{{ b }} |\n"

    (block,) = parse_blocks(text, fill)

    expected = table(["村", "户数"], [["石桥村", fill("a")], ["云岭村", "约"]])
    assert isinstance(block, Table)
    assert block.header == expected.header
    assert block.rows[0] == expected.rows[0]
    assert block.rows[1] == ((Run("云岭村"),), (Run("约"), fill("b")))


def test_an_empty_cell_stays_a_cell() -> None:
    (block,) = parse_blocks("| 村 | 户数 |\n|---|---|\n| 石桥村 |  |\n", fill)

    assert isinstance(block, Table)
    assert block.rows == (((Run("石桥村"),), ()),)


def test_signs_behind_a_backslash_are_themselves() -> None:
    blocks = parse_blocks("\\# 甲\n\n\\{{ 乙 }} \\\\ \\|\n\n| a\\|b |\n|---|\n", fill)

    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["# 甲", "{{ 乙 }} \\ |"]
    assert isinstance(blocks[2], Table)
    assert blocks[2].header == ("a|b",)


@pytest.mark.parametrize(
    "text", ["*不加粗*", "1. 不是列表", "<b>&amp;</b>", "#没有空格", "##### 五级"]
)
def test_nothing_else_has_a_meaning(text: str) -> None:
    assert parse_blocks(text, fill) == (paragraph(text),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# 甲\n\n改厕{{ toilets", 3),
        ("甲\n乙{{ }}户", 2),
        ("| 村 | 户 |\n| 石桥 | 1 |", 1),
        ("| 村 | 户 |\n|---|---|\n| 石桥 | 1 | 2 |", 3),
        ("| 村 | 户 |\n|---|---|\n| 石桥 | 1", 3),
        ("| 村 | {{ a }} |\n|---|---|", 1),
    ],
)
def test_a_faulty_template_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BadTemplate, match=f"^第{line}行：") as caught:
        parse_blocks(text, fill)

    assert caught.value.line == line


def test_slots_lists_every_name_once_in_order() -> None:
    assert slots("# {{ b }}\n{{ a }}与{{ b }}\n\n|x|\n|-|\n|{{ c }}|") == ("b", "a", "c")


def test_an_empty_template_has_no_blocks() -> None:
    assert parse_blocks(" \n\n", fill) == ()
    assert not any(isinstance(block, Heading) for block in parse_blocks("正文", fill))


@given(st.text("#|-{}\\ \n甲a1", max_size=40))
def test_any_text_is_read_or_refused_with_a_line_that_it_has(text: str) -> None:
    try:
        blocks = parse_blocks(text, fill)
    except BadTemplate as error:
        assert 1 <= error.line <= len(text.splitlines())
    else:
        # Every letter of the text is in some block: nothing is skipped in silence.
        told = "".join(map(words, blocks))
        assert sorted(c for c in told if c in "甲a1") == sorted(c for c in text if c in "甲a1")


def words(block: Block) -> str:
    match block:
        case Heading() | Paragraph():
            return block.text
        case Table():
            cells = (run.text for row in block.rows for cell in row for run in cell)
            return "".join((*block.header, *cells))
    return ""
