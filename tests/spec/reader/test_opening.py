"""Opening files: every encoding and container gives the same lines; the rest is refused in words."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import docx
import pytest
import xlsxwriter

from qianxian_reader import DamagedFile, NoText, UnreadableFile, UnsupportedFile, _convert, read
from tests.spec.reader._pdf import pdf_of

_TEXT = "白云乡2023年工作总结\n一、工作完成情况\n全乡改厕86户，硬化道路3.2公里。\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
    ],
)
def test_a_text_in_any_encoding_is_decoded(encoding: str, named: str) -> None:
    document = read(_TEXT.encode(encoding), "报告.txt")

    assert document.lines == tuple(_TEXT.split("\n"))
    assert document.encoding == named


def test_big5_is_told_from_gb18030() -> None:
    text = "本鄉今年完成道路修整三公里，農田水利設施十二處，各項工作都在進行中。"

    assert read(text.encode("big5"), "a.txt").encoding == "big5"


def test_line_ends_of_any_system_give_the_same_lines() -> None:
    windows = read(_TEXT.replace("\n", "\r\n").encode(), "a.txt")

    assert windows.lines == tuple(_TEXT.split("\n"))


def _docx(paragraphs: list[str], table: list[list[str]]) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    grid = document.add_table(rows=len(table), cols=len(table[0]))
    for row, cells in zip(grid.rows, table, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_docx_gives_a_line_for_each_paragraph_and_reads_its_tables() -> None:
    data = _docx(
        ["白云乡2023年工作总结", "", "全乡改厕86户。"],
        [["村", "改厕（户）"], ["东坪村", "52"]],
    )

    document = read(data, "报告.docx")

    assert document.lines[:3] == ("白云乡2023年工作总结", "", "全乡改厕86户。")
    found = [(one.span.line, one.span.text, one.figure.place) for one in document.figures]
    assert found == [(3, "86户", ""), (7, "52", "东坪村")]


def test_deleted_text_of_a_docx_is_not_read() -> None:
    data = _docx(["全乡改厕86户。"], [[""]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            body = old.read(item)
            if item.filename == "word/document.xml":
                mark = b'<w:del w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del><w:r><w:t>'
                body = body.replace(b"<w:r><w:t>", mark, 1)
            new.writestr(item, body)

    assert read(out.getvalue(), "a.docx").lines[0] == "全乡改厕86户。"


def test_a_page_gives_its_paragraphs_without_markup() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><script>var a=1;</script>"
        "<p>全乡改厕<b>86</b>户。</p><table><tr><th>村</th><th>户数（户）</th></tr>"
        "<tr><td>东坪村</td><td>52</td></tr></table></body></html>"
    )

    document = read(page.encode(), "a.html")

    assert document.lines == ("全乡改厕86户。", "村\t户数（户）", "东坪村\t52")
    assert [one.span.text for one in document.figures] == ["86户", "52"]


def test_a_workbook_gives_a_line_for_each_row() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet("改厕")
        sheet.write_row(0, 0, ("村", "改厕（户）"))
        sheet.write_row(1, 0, ("东坪村", 52))

    document = read(out.getvalue(), "a.xlsx")

    assert document.lines == ("改厕", "村\t改厕（户）", "东坪村\t52")
    assert [(one.value, one.figure.place) for one in document.figures] == [(Decimal(52), "东坪村")]


def test_a_csv_gives_a_line_for_each_row() -> None:
    document = read("村,改厕（户）\n东坪村,52\n".encode("gb18030"), "a.csv")

    assert [(one.span.text, one.figure.place) for one in document.figures] == [("52", "东坪村")]


def test_a_sentence_that_a_converter_broke_around_its_numbers_is_read_as_one() -> None:
    broken = "前三季度，完成工业产值\n12.3\n亿元，增长\n5.1%\n；发放补贴\n86\n万元。\n"

    document = read(broken.encode(), "a.txt")

    measures = [one.measure for one in document.figures]
    assert measures == ["完成工业产值", "完成工业产值增长", "发放补贴"]
    assert [one.value for one in document.figures] == [1_230_000_000, Decimal("5.1"), 860_000]
    assert document.figures[0].span.line == 2
    assert not document.findings


def test_the_lines_of_a_list_of_links_stay_apart() -> None:
    listed = "全乡改厕86户。\n白米镇旅游\n10-15\n白米镇美食\n10-15\n"

    assert [one.span.text for one in read(listed.encode(), "a.txt").figures] == ["86户"]


def test_a_wrapped_text_is_read_across_its_line_ends() -> None:
    line = "全乡上下团结一心真抓实干各项工作都取得了新的进展并且得到了"
    text = f"{line}\n{line}\n{line}\n{line}\n{line}\n全体干部群众的好评，共发放资料\n320份。"

    document = read(text.encode(), "a.txt")

    assert [(one.span.line, one.span.text) for one in document.figures] == [(7, "320份")]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("报告.doc", ".docx"),
        ("报告.wps", ".docx"),
        ("台账.xls", ".xlsx"),
        ("照片.jpg", "文字识别"),
        ("资料.zip", "解压"),
        ("程序.exe", "能读的文件"),
    ],
)
def test_other_files_are_refused_with_a_sentence_that_says_what_to_do(
    name: str, advice: str
) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        read(b"anything", name)

    assert name in refused.value.sentence
    assert advice in refused.value.sentence


def test_an_old_word_file_under_a_new_name_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_convert, "converter", lambda: None)
    with pytest.raises(UnsupportedFile, match="旧版 Word"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "报告.docx")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf"])
def test_a_broken_container_is_named(name: str) -> None:
    with pytest.raises(DamagedFile, match=name):
        read(b"PK\x03\x04 broken", name)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_an_empty_file_is_refused(name: str) -> None:
    with pytest.raises(NoText, match=name):
        read(b" \n ", name)


def test_all_refusals_are_one_kind_of_error() -> None:
    assert issubclass(UnsupportedFile, UnreadableFile)
    assert issubclass(NoText, UnreadableFile)


def test_the_text_layer_of_a_pdf_is_read_across_the_ends_of_its_lines() -> None:
    wide = "全乡上下认真落实各项部署全力以赴抓好重点工作全年累计走访群众"
    data = pdf_of(["青溪乡工作总结", wide, wide, wide, wide, "一千余户，完成农村改厕", "86户。"])

    document = read(data, "a.pdf")

    assert document.encoding == "pdf"
    assert document.lines[0] == "青溪乡工作总结"
    assert "86户" in [one.span.text for one in document.figures]


def test_a_scanned_pdf_without_text_is_refused_with_advice() -> None:
    with pytest.raises(NoText, match="扫描件"):
        read(pdf_of([]), "a.pdf")
