"""Remarks in somebody's .docx: at the right words, and nothing else of the document changes."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document as Docx
from lxml import etree

from qianxian_documents import NotADocument, Remark, add_comments
from qianxian_reader import read

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def original() -> bytes:
    """A heading, a paragraph of three runs of which one is bold, a table, and a last paragraph."""
    document = docx.Document()
    document.add_heading("白云乡2026年工作总结", 1)
    paragraph = document.add_paragraph("全乡完成改厕")
    paragraph.add_run("61户").bold = True
    paragraph.add_run("，占任务的120%；\t新建公厕2座。")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "改厕"
    table.cell(0, 1).text = "61户"
    document.add_paragraph("特此报告。")
    return saved(document)


def saved(document: Docx) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def commented(data: bytes) -> dict[str, str]:
    """Words between the marks of each comment → what it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        comments = etree.fromstring(archive.read("word/comments.xml"))
    says = {c.get(f"{W}id"): "".join(map(str, c.itertext())) for c in comments.iter(f"{W}comment")}
    open_now: dict[str | None, str] = {}
    found: dict[str, str] = {}
    for node in body.iter():
        if node.tag == f"{W}commentRangeStart":
            open_now[node.get(f"{W}id")] = ""
        elif node.tag == f"{W}commentRangeEnd":
            key = node.get(f"{W}id")
            found[open_now.pop(key)] = says[key]
        elif node.tag in (f"{W}t", f"{W}tab"):
            text = node.text or "" if node.tag == f"{W}t" else "\t"
            open_now = {key: words + text for key, words in open_now.items()}
    return found


def text_of(data: bytes) -> tuple[str, ...]:
    return read(data, "a.docx").lines


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("改厕61", 2),  # over the edge of two runs, in the middle of both
        ("61户", 2),
        ("120%；\t新建", 2),
        ("全乡", 2),
        ("2座。", 2),
        ("61户", 4),  # in the second cell
        ("白云乡2026年工作总结", 1),
    ],
)
def test_a_remark_stands_at_its_words_and_the_text_stays(
    original: bytes, words: str, number: int
) -> None:
    start = text_of(original)[number - 1].index(words)

    data = add_comments(
        original,
        [Remark(number, start, start + len(words), "请核对。")],
        author="千线",
        initials="千",
    )

    assert commented(data) == {words: "请核对。"}
    assert text_of(data) == text_of(original)


def test_several_remarks_in_one_paragraph_do_not_move_each_other(original: bytes) -> None:
    line = text_of(original)[1]
    remarks = [
        Remark(2, line.index(words), line.index(words) + len(words), f"{words}？")
        for words in ("全乡", "61户", "120%", "2座")
    ]

    data = add_comments(original, remarks, author="千线", initials="千")

    assert commented(data) == {words: f"{words}？" for words in ("全乡", "61户", "120%", "2座")}
    assert text_of(data) == text_of(original)


def test_bold_words_stay_bold_where_a_remark_cuts_them(original: bytes) -> None:
    start = text_of(original)[1].index("61户")

    data = add_comments(original, [Remark(2, start, start + 1, "？")], author="千线", initials="千")

    runs = [run for run in docx.Document(io.BytesIO(data)).paragraphs[1].runs if run.text]
    assert [(run.text, run.bold) for run in runs[1:3]] == [("6", True), ("1户", True)]


@pytest.mark.parametrize("remark", [Remark(2, 500, 510, "？"), Remark(99, 0, 3, "？")])
def test_a_remark_without_a_place_is_not_lost(original: bytes, remark: Remark) -> None:
    data = add_comments(original, [remark], author="千线", initials="千")

    assert list(commented(data).values()) == ["？"]


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(NotADocument, match="请在 Word 或 WPS"):
        add_comments(b"PK\x03\x04 nothing", [], author="千线", initials="千")
