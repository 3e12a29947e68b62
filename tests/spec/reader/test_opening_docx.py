"""What stands in a .docx besides plain paragraphs, and where its lines are."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from qianxian_documents import Remark, add_comments
from qianxian_reader import DamagedFile, LockedFile, Role, read
from tests.spec.reader._docx import docx_of, p, r, table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def lines_of(body: str, **parts: str) -> tuple[str, ...]:
    return read(docx_of(body, **parts), "a.docx").lines


def figures_of(body: str, **parts: str) -> list[tuple[int, str, str]]:
    document = read(docx_of(body, **parts), "a.docx")
    return [(one.span.line, one.span.text, one.measure) for one in document.figures]


def test_a_text_box_is_read_once_behind_the_paragraph_that_it_hangs_on() -> None:
    body = p("全乡改厕86户。", _BOX.format(p("另建公厕2座。")), r("都已验收。")) + p("特此报告。")

    assert lines_of(body) == ("全乡改厕86户。都已验收。", "另建公厕2座。", "特此报告。")


def test_a_comment_finds_the_line_behind_text_boxes_and_nested_tables() -> None:
    nested = "<w:tc>" + p("外") + table(["里"]) + p("") + "</w:tc>"
    body = (
        p("开头", _BOX.format(p("框")))
        + f"<w:tbl><w:tr>{nested}</w:tr></w:tbl>"
        + f"<w:sdt><w:sdtContent>{p('控件里的话')}</w:sdtContent></w:sdt>"
        + p("新建公厕2座。")
    )
    data = _with_python_docx(body)
    number = read(data, "a.docx").lines.index("新建公厕2座。") + 1

    out = add_comments(data, [Remark(number, 4, 6, "？")], author="千线", initials="千")

    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
    marked = next(document.iter(f"{_W}commentRangeStart")).getparent()
    assert marked is not None
    assert "".join(t.text or "" for t in marked.iter(f"{_W}t")) == "新建公厕2座。"


def _with_python_docx(body: str) -> bytes:
    """A whole package, as comments need it."""
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            plain = old.read(item)
            if item.filename == "word/document.xml":
                with zipfile.ZipFile(io.BytesIO(docx_of(body))) as mine:
                    plain = mine.read(item.filename)
            new.writestr(item.filename, plain)
    return made.getvalue()


def test_tracked_changes_are_read_as_if_accepted() -> None:
    body = p(
        r("全乡改厕"),
        f"<w:ins>{r('86')}</w:ins>",
        "<w:del><w:r><w:delText>79</w:delText></w:r></w:del>",
        f"<w:moveFrom>{r('旧处')}</w:moveFrom>",
        f"<w:moveTo>{r('户')}</w:moveTo>",
        r("。"),
    )

    assert lines_of(body) == ("全乡改厕86户。",)


def test_paragraphs_joined_by_a_deleted_end_are_one_sentence_on_two_lines() -> None:
    mark = "<w:rPr><w:del/></w:rPr>"
    body = p("完成农村改厕", properties=mark) + p("86户。")

    assert lines_of(body) == ("完成农村改厕", "86户。")
    assert [(line, text, "改厕" in measure) for line, text, measure in figures_of(body)] == [
        (2, "86户", True)
    ]


def test_links_controls_and_soft_ends_of_lines_are_part_of_the_text() -> None:
    body = p(
        r("全乡改厕"),
        f"<w:hyperlink>{r('86户')}</w:hyperlink>",
        f"<w:sdt><w:sdtContent>{r('。')}</w:sdtContent></w:sdt>",
        "<w:r><w:br/></w:r>",
        r("新建公厕2座。"),
    )

    assert [text for _, text, _ in figures_of(body)] == ["86户", "2座"]


def test_readings_over_characters_are_left_out() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{r('qìng')}</w:rt><w:rubyBase>{r('箐')}</w:rubyBase></w:ruby></w:r>"

    assert lines_of(p(ruby, r("口村改厕86户。"))) == ("箐口村改厕86户。",)


_NOTE_MARK = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
_FOOTNOTES = (
    f'<w:footnote w:type="separator" w:id="0">{p("")}</w:footnote>'
    f'<w:footnote w:id="2">{p("其中三格式化粪池40个。")}</w:footnote>'
    f'<w:footnote w:id="3">{p("含续建2座。")}</w:footnote>'
    f'<w:footnote w:id="4">{p("没有人指到这里。")}</w:footnote>'
)


def test_footnotes_follow_the_body_in_the_order_in_which_they_are_named() -> None:
    body = (
        p("新建公厕5座", _NOTE_MARK.format(3), r("。"))
        + p("改厕86户", _NOTE_MARK.format(2), r("。"))
        + p("二、下一步打算")
        + p("计划改厕50户。")
    )

    document = read(docx_of(body, footnotes=_FOOTNOTES), "a.docx")

    assert document.lines[4:] == ("含续建2座。", "其中三格式化粪池40个。")
    notes = [one for one in document.figures if one.span.line > 4]
    assert [one.span.text for one in notes] == ["2座", "40个"]
    assert {one.figure.status.value for one in notes} == {"actual"}
    assert {document.sections[one.section or 0].role for one in notes} == {Role.OTHER}


_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{one}">{levels}</w:abstractNum>'
    for one, levels in enumerate(
        (
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
            '<w:lvlText w:val="%1、"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="（%2）"/></w:lvl>',
            '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>',
        )
    )
) + "".join(
    f'<w:num w:numId="{one + 1}"><w:abstractNumId w:val="{one}"/></w:num>' for one in (0, 1)
)
_STYLES = (
    '<w:style w:styleId="Heading1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Mine"><w:basedOn w:val="Heading1"/></w:style>'
)


def _numbered(text: str, level: int, number: int = 1) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, properties=properties)


def test_headings_that_word_numbers_are_headings_and_their_text_stays_as_it_is() -> None:
    body = (
        p("白云乡2023年工作总结")
        + p("工作完成情况", properties='<w:pStyle w:val="Heading1"/>')
        + _numbered("人居环境", 1)
        + p("全乡改厕86户。")
        + _numbered("产业发展", 1)
        + p("种植油茶300亩。")
        + p("下一步工作打算", properties='<w:pStyle w:val="Mine"/>')
        + _numbered("继续改厕", 1)
        + p("改厕50户。")
        + _numbered("2座桥要修。", 0, 2)
    )

    document = read(docx_of(body, numbering=_NUMBERING, styles=_STYLES), "a.docx")

    assert document.lines[1] == "工作完成情况"
    found = [(one.level, one.number, one.heading) for one in document.sections[1:]]
    assert found == [
        (1, "一、", "工作完成情况"),
        (2, "（一）", "人居环境"),
        (2, "（二）", "产业发展"),
        (1, "二、", "下一步工作打算"),
        (2, "（一）", "继续改厕"),
    ]
    assert [one.figure.status.value for one in document.figures] == ["actual"] * 2 + ["plan"] * 2
    assert not document.findings


def test_merged_cells_keep_the_columns_in_their_places() -> None:
    wide = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("改厕（户）")}'
    down = f'<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("村")}'
    rest = f"<w:tcPr><w:vMerge/></w:tcPr>{p('')}"
    body = table(
        [down, wide, "公厕（座）"], [rest, "任务", "完成", ""], ["东坪村", "60", "52", "2"]
    )

    document = read(docx_of(body), "a.docx")

    found = [(one.figure.place, one.measure, int(one.value), one.unit) for one in document.figures]
    assert found == [
        ("东坪村", "改厕任务", 60, "户"),
        ("东坪村", "改厕完成", 52, "户"),
        ("东坪村", "公厕", 2, "座"),
    ]


def test_a_table_in_a_cell_has_rows_of_its_own() -> None:
    inner = table(["村", "改厕（户）"], ["东坪村", "52"])
    body = table([f"{p('外面')}{inner}{p('')}", "旁边"])

    document = read(docx_of(body), "a.docx")

    assert [(one.figure.place, one.span.text) for one in document.figures] == [("东坪村", "52")]


def test_a_docx_without_a_body_and_one_with_a_password_are_refused() -> None:
    with pytest.raises(DamagedFile, match="打不开"):
        read(docx_of("").replace(b"word/document.xml", b"word/dokument.xml"), "a.docx")
    data = bytearray(docx_of(p("文字")))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.find(mark)
        while place >= 0:  # the flag of encryption in each header
            data[place + (6 if mark.endswith(b"\x04") else 8)] |= 1
            place = data.find(mark, place + 4)

    with pytest.raises(LockedFile, match="密码"):
        read(bytes(data), "a.docx")
