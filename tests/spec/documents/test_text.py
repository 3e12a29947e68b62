"""The text model, and the marks that its layout adds in .docx and plain text alike."""

from __future__ import annotations

from datetime import date

import pytest

import qianxian_documents
from qianxian_documents import (
    Attachments,
    BadBlock,
    BadLetterhead,
    DocumentNumber,
    DocumentText,
    Note,
    Run,
    Signature,
    heading,
    paragraph,
    table,
    to_text,
)
from tests.spec.documents.conftest import Write, find, lines, part

WHOLE = DocumentText(
    title="关于前三季度\n工作情况的报告",
    issuer="青禾镇人民政府",
    number=DocumentNumber("青政发", 2026, 3),
    addressee="县人民政府",
    blocks=(
        heading(1, "一、完成情况"),
        paragraph("改厕", Run("84户", figure="toilets"), "。"),
        table(["村", "户数"], [["石桥村", Run("12", figure="shiqiao")]], caption="各村户数"),
        Attachments(("明细表", "名册")),
        Signature("青禾镇人民政府", date(2026, 1, 5)),
        Note("9/10村已报"),
    ),
)


def test_plain_text_has_a_line_for_each_paragraph_and_tabs_between_cells() -> None:
    assert to_text(WHOLE).splitlines() == [
        "关于前三季度",
        "工作情况的报告",
        "青禾镇人民政府",
        "青政发〔2026〕3号",
        "县人民政府：",
        "一、完成情况",
        "改厕84户。",
        "各村户数",
        "村\t户数",
        "石桥村\t12",
        "附件：1.明细表",
        "2.名册",
        "青禾镇人民政府",
        "2026年1月5日",
        "（9/10村已报）",
    ]


def test_a_red_head_comes_first_and_names_the_issuer_as_a_document() -> None:
    assert to_text(WHOLE, letterhead=True).splitlines()[:3] == [
        "青禾镇人民政府文件",
        "青政发〔2026〕3号",
        "关于前三季度",
    ]


@pytest.mark.parametrize("letterhead", [True, False])
def test_a_docx_says_the_same_as_the_plain_text(write: Write, letterhead: bool) -> None:
    data = write(WHOLE, letterhead=letterhead)

    told = [text for _, text in lines(data)]
    cells = ["村\t户数", "石桥村\t12"]
    expected = to_text(WHOLE, letterhead=letterhead).split("\n")
    assert "\n".join(told).split("\n") == [line for line in expected[:-1] if line not in cells]


def test_a_red_head_without_an_issuer_is_refused(write: Write) -> None:
    with pytest.raises(BadLetterhead, match="发文机关"):
        write(DocumentText("报告"), letterhead=True)


def test_a_single_attachment_has_no_number() -> None:
    assert to_text(DocumentText("报告", (Attachments(("明细表",)),))) == "报告\n附件：明细表\n"


@pytest.mark.parametrize("typed", ["县人民政府", "县人民政府：", "县人民政府:"])
def test_an_addressee_ends_with_one_wide_colon(typed: str) -> None:
    assert to_text(DocumentText("报告", addressee=typed)) == "报告\n县人民政府：\n"


def test_a_note_gets_brackets_once() -> None:
    notes = (Note("9/10村已报"), Note("（9/10村已报）"))

    assert to_text(DocumentText("报告", notes)).splitlines()[1:] == ["（9/10村已报）"] * 2


@pytest.mark.parametrize(
    ("issuer", "day", "sealed", "gaps"),
    [
        # Seven characters against six: the date begins two characters after the issuer.
        ("青禾镇人民政府", date(2026, 1, 5), False, ("200", "100")),
        # The date is the longer one: it stands two characters in and the issuer gives way.
        ("青禾镇政府", date(2026, 1, 5), False, ("500", "200")),
        # With a seal the date stands four characters in and the issuer centred over it.
        ("青禾镇人民政府", date(2026, 11, 25), True, ("400", "400")),
        ("青禾镇政府", date(2026, 11, 25), True, ("500", "400")),
        ("很长的" * 12, date(2026, 11, 25), True, ("0", "400")),
    ],
)
def test_issuer_and_date_are_indented_by_the_standard(
    write: Write, issuer: str, day: date, sealed: bool, gaps: tuple[str, str]
) -> None:
    data = write(DocumentText("报告", (Signature(issuer, day, sealed=sealed),)))

    indents = find(part(data, "word/document.xml"), ".//w:ind")
    name = f"{{{indents[0].nsmap['w']}}}rightChars"
    assert tuple(indent.get(name) for indent in indents) == gaps


@pytest.mark.parametrize("level", [0, 5])
def test_there_are_four_levels_of_headings(level: int) -> None:
    with pytest.raises(BadBlock, match=f"第{level}级"):
        heading(level, "甲")


def test_an_uneven_table_is_refused_with_its_row() -> None:
    with pytest.raises(BadBlock, match="第2行有1格，表头有2格"):
        table(["村", "户数"], [["石桥村", "1"], ["云岭村"]])


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(BadBlock, match="没有列"):
        table([], [])


@pytest.mark.parametrize("figure", ["", "a\x00b", "a\rb"])
def test_a_figure_id_that_no_file_can_hold_is_refused(figure: str) -> None:
    with pytest.raises(BadBlock, match="数字编号"):
        Run("1", figure=figure)


def test_all_lists_every_public_name() -> None:
    visible = {name for name in vars(qianxian_documents) if not name.startswith("_")}

    assert sorted(qianxian_documents.__all__) == sorted(visible - {"annotations"})
