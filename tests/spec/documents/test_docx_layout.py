"""The layout of GB/T 9704-2012 in the XML of a .docx."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from lxml import etree

from qianxian_documents import (
    Attachments,
    DocumentNumber,
    DocumentText,
    Properties,
    Run,
    Signature,
    heading,
    paragraph,
    table,
)
from tests.spec.documents.conftest import W, Write, find, lines, opened, part, value

TEXT = DocumentText(
    title="关于前三季度工作情况的报告",
    issuer="青禾镇人民政府",
    number=DocumentNumber("青政发", 2026, 3),
    addressee="县人民政府",
    blocks=(
        *(heading(level, f"第{level}级") for level in (1, 2, 3, 4)),
        paragraph("正文。"),
        Attachments(("明细表", "名册")),
    ),
)
MM = Fraction(1440, 254) * 10


def style(data: bytes, style_id: str) -> etree._Element:
    styles = find(part(data, "word/styles.xml"), "w:style")
    (found,) = [each for each in styles if each.get(W + "styleId") == style_id]
    return found


def test_every_paragraph_has_a_named_style(write: Write) -> None:
    assert [name for name, _ in lines(write(TEXT, letterhead=True))] == [
        "发文机关标志",
        "发文字号",
        "Title",
        "Salutation",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Heading 4",
        "Body Text",
        "附件说明",
        "附件说明",
    ]


@pytest.mark.parametrize(
    ("style_id", "font"),
    [
        ("Title", "方正小标宋简体"),
        ("Letterhead", "方正小标宋简体"),
        ("Heading1", "黑体"),
        ("Heading2", "楷体_GB2312"),
        ("Footer", "宋体"),
    ],
)
def test_fonts_are_named_for_all_scripts(write: Write, style_id: str, font: str) -> None:
    found = style(write(TEXT), style_id)

    fonts = {value(found, "w:rPr/w:rFonts", script) for script in ("eastAsia", "ascii", "hAnsi")}
    assert fonts == {font}


def test_what_names_no_font_is_set_in_fangsong_of_size_three(write: Write) -> None:
    data = write(TEXT)

    defaults = part(data, "word/styles.xml")
    assert value(defaults, "w:docDefaults//w:rFonts", "eastAsia") == "仿宋_GB2312"
    # Word's character grid counts from Normal, LibreOffice's from what Normal itself says.
    assert value(style(data, "Normal"), "w:rPr/w:sz") == "32"
    for quiet in ("BodyText", "Heading3", "Heading4", "Salutation"):
        assert not find(style(data, quiet), "w:rPr/w:rFonts")
        assert not find(style(data, quiet), "w:rPr/w:sz")


def test_no_font_is_shipped_and_each_has_a_substitute(write: Write) -> None:
    fonts = part(write(TEXT), "word/fontTable.xml")

    names = {font.get(W + "name"): value(font, "w:altName") for font in find(fonts, "w:font")}
    assert names.keys() == {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"}
    assert all(names.values())
    assert not find(fonts, ".//w:embedRegular")


def test_paper_and_margins_are_those_of_the_standard(write: Write) -> None:
    section = opened(write(TEXT)).sections[0]

    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm, 1) for side in sides if side is not None] == [37, 35, 28, 26]
    paper = (section.page_width, section.page_height)
    assert [round(side.mm) for side in paper if side is not None] == [210, 297]


def test_the_grid_holds_exactly_22_lines_of_28_characters(write: Write) -> None:
    data = write(TEXT)

    grid = find(part(data, "word/document.xml"), ".//w:docGrid")[0]
    pitch = int(grid.get(W + "linePitch", ""))
    assert grid.get(W + "type") == "linesAndChars"
    assert 22 * pitch <= 225 * MM < 23 * pitch
    # Both the grid of the page and the styles' own spacing leave room for 28 and not for 29.
    squeezed = int(value(style(data, "Normal"), "w:rPr/w:spacing") or "")
    of_the_grid = 16 + Fraction(int(grid.get(W + "charSpace", "")), 4096)
    for width in (of_the_grid, 16 + Fraction(squeezed, 20)):
        assert 28 * width * 20 <= 156 * MM < 29 * width * 20


@pytest.mark.parametrize(
    "style_id", ["Normal", "BodyText", "Heading1", "Heading4", "Title", "Date"]
)
def test_the_pitch_of_lines_is_fixed(write: Write, style_id: str) -> None:
    spacing = find(style(write(TEXT), style_id), "w:pPr/w:spacing")[0]

    assert (spacing.get(W + "line"), spacing.get(W + "lineRule")) == ("579", "exact")


@pytest.mark.parametrize("style_id", ["BodyText", "Heading1", "Heading2", "Heading3", "Heading4"])
def test_first_lines_are_indented_by_two_characters(write: Write, style_id: str) -> None:
    indent = find(style(write(TEXT), style_id), "w:pPr/w:ind")[0]

    assert (indent.get(W + "firstLineChars"), indent.get(W + "firstLine")) == ("200", "632")


def test_headings_show_in_the_outline_and_the_addressee_is_flush(write: Write) -> None:
    data = write(TEXT)

    levels = [value(style(data, f"Heading{n}"), "w:pPr/w:outlineLvl") for n in (1, 2, 3, 4)]
    assert levels == ["0", "1", "2", "3"]
    assert not find(style(data, "Salutation"), "w:pPr/w:ind")


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(write: Write) -> None:
    data = write(TEXT)

    assert find(part(data, "word/settings.xml"), "w:evenAndOddHeaders")
    section = opened(data).sections[0]
    for footer, style_id in ((section.footer, "Footer"), (section.even_page_footer, "FooterEven")):
        (line,) = footer.paragraphs
        assert line.style is not None
        assert line.style.style_id == style_id
        texts = [t.text for t in find(line._p, ".//w:t")]
        assert "".join(t or "" for t in texts) == "— 1 —"
        assert (value(line._p, ".//w:fldSimple", "instr") or "").strip() == "PAGE"
    assert value(style(data, "Footer"), "w:pPr/w:jc") == "right"
    assert value(style(data, "Footer"), "w:pPr/w:ind", "rightChars") == "100"
    assert value(style(data, "FooterEven"), "w:pPr/w:jc") == "left"
    assert value(style(data, "FooterEven"), "w:pPr/w:ind", "firstLineChars") == "100"


def test_the_red_head_is_red_with_a_rule_under_the_number(write: Write) -> None:
    data = write(TEXT, letterhead=True)

    assert value(style(data, "Letterhead"), "w:rPr/w:color") == "FF0000"
    assert value(style(data, "DocumentNumber"), "w:pPr/w:pBdr/w:bottom", "color") == "FF0000"
    assert lines(data)[:2] == [
        ("发文机关标志", "青禾镇人民政府文件"),
        ("发文字号", "青政发〔2026〕3号"),
    ]


def test_a_red_head_without_a_number_still_has_its_rule(write: Write) -> None:
    data = write(DocumentText("报告", issuer="青禾镇人民政府"), letterhead=True)

    assert lines(data)[1] == ("发文字号", "")


@pytest.mark.parametrize(
    ("name", "size"),
    [("青禾镇", "96"), ("青禾镇人民政府", "96"), ("青禾" * 8, "48"), ("青" * 60, "44")],
)
def test_a_long_issuer_is_set_smaller(write: Write, name: str, size: str) -> None:
    data = write(DocumentText("报告", issuer=name), letterhead=True)

    assert value(find(part(data, "word/document.xml"), ".//w:p")[0], "w:r/w:rPr/w:sz") == size


def test_all_but_the_red_head_is_black(write: Write) -> None:
    styles = part(write(TEXT), "word/styles.xml")

    coloured = {
        each.get(W + "styleId") for each in find(styles, "w:style") if find(each, "w:rPr/w:color")
    }
    assert coloured == {"Letterhead"}


def test_titles_of_attachments_hang_under_their_first_character(write: Write) -> None:
    indents = find(part(write(TEXT), "word/document.xml"), ".//w:ind")

    sides = [(each.get(W + "leftChars"), each.get(W + "hangingChars")) for each in indents]
    assert sides == [("600", "400"), ("600", "100")]


def test_a_signature_takes_a_short_last_paragraph_along_to_a_new_page(write: Write) -> None:
    text = DocumentText("报告", (paragraph("正文。"), Signature("青禾镇", date(2026, 1, 5))))

    body, signature, _ = find(part(write(text), "word/document.xml"), ".//w:p")[1:]
    assert find(body, "w:pPr/w:keepNext")
    assert value(signature, "w:pPr/w:pStyle") == "Signature"
    long = DocumentText("报告", (paragraph("正文。" * 40), *text.blocks[1:]))
    assert not find(part(write(long), "word/document.xml"), ".//w:keepNext")


def test_a_table_repeats_its_header_and_fills_the_type_area(write: Write) -> None:
    rows: list[list[str | Run]] = [
        ["石桥村", Run("8,703亩", figure="f")],
        ["云岭村", "—"],
        ["大屋村", "雨季道路不通"],
    ]
    data = write(DocumentText("报告", (table(["村", "情况"], rows),)))

    body = part(data, "word/document.xml")
    assert len(find(body, ".//w:tblHeader")) == 1
    widths = [int(column.get(W + "w", "")) for column in find(body, ".//w:gridCol")]
    assert 156 * MM - 10 <= sum(widths) <= 156 * MM + 10
    styles = [each.get(W + "val") for each in find(body, ".//w:tc/w:p/w:pPr/w:pStyle")]
    assert styles == ["TableHead"] * 2 + ["TableText", "TableNumber"] * 2 + ["TableText"] * 2


def test_tables_that_touch_stay_two_and_a_paragraph_ends_the_document(write: Write) -> None:
    one = table(["村"], [["石桥村"]])
    body = find(part(write(DocumentText("报告", (one, one))), "word/document.xml"), "w:body")[0]

    assert [etree.QName(child).localname for child in body] == [
        "p",
        "tbl",
        "p",
        "tbl",
        "p",
        "sectPr",
    ]


def test_the_file_says_who_wrote_it_and_when(write: Write) -> None:
    core = opened(write(DocumentText("关于前三季度\n工作情况的报告"))).core_properties

    assert (core.title, core.author) == ("关于前三季度工作情况的报告", "青禾镇人民政府")
    assert core.created == datetime(2026, 10, 8, 1, tzinfo=UTC)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Properties("青禾镇人民政府", datetime(2026, 10, 8))  # noqa: DTZ001
