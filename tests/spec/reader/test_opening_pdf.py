"""PDFs: reading order, what is left out, and files that are not as they should be."""

from __future__ import annotations

import pytest

from qianxian_reader import DamagedFile, LockedFile, NoText, read
from tests.spec.reader._pdf import Placed, assembled, pdf_of, pdf_of_pages

_SENTENCE = "全乡上下认真落实各项部署，全年累计走访群众"


def column(left: float, top: float, *lines: str) -> list[Placed]:
    return [(left, top - 20 * place, line) for place, line in enumerate(lines)]


def _left_and_right() -> tuple[list[str], list[str]]:
    left = [f"左栏第{name}行的文字写得满满的没有停" for name in "一二三四五六"]
    right = [f"右栏第{name}行的文字写得满满的没有停" for name in "一二三四五六"]
    return ([*left, "完成农村改厕86户。"], [*right, "新建公厕5座。"])


@pytest.mark.parametrize("by_line", [True, False])
def test_two_columns_are_read_one_after_the_other(by_line: bool) -> None:
    left, right = _left_and_right()
    pieces = column(40, 700, *left) + column(460, 700, *right)
    if by_line:  # some programs write the page line by line over both columns
        pieces.sort(key=lambda one: (-one[1], one[0]))

    document = read(pdf_of_pages([pieces]), "a.pdf")

    assert list(document.lines) == left + right
    assert [one.span.text for one in document.figures if one.unit in "户座"] == ["86户", "5座"]
    assert "改厕" in document.figures[-2].measure


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            (300, 810, "白云乡人民政府工作总结"),
            *column(40, 700, f"本页是{name}。全乡改厕{number}户。"),
            (430, 30, f"— {number} —"),
        ]
        for number, name in ((1, "开头"), (2, "中间"), (3, "结尾"))
    ]

    document = read(pdf_of_pages(pages), "a.pdf")

    assert document.lines == tuple(
        f"本页是{name}。全乡改厕{number}户。"
        for number, name in ((1, "开头"), (2, "中间"), (3, "结尾"))
    )


def test_a_sentence_runs_on_over_the_end_of_a_page() -> None:
    full = _SENTENCE + "并且一户一户地登记造册"
    other = full.replace("全乡", "各村")
    first = [*column(40, 700, full, other), (430, 30, "- 1 -")]
    second = [*column(40, 780, "共计一千余户，完成农村改", "厕86户。"), (430, 30, "- 2 -")]

    document = read(pdf_of_pages([first, second]), "a.pdf")

    assert document.lines == (full, other, "共计一千余户，完成农村改", "厕86户。")
    assert [one.span.text for one in document.figures][-1] == "86户"


def test_a_table_on_a_page_is_a_table() -> None:
    rows = [("村名", "改厕（户）", "公厕（座）"), ("东坪村", "52", "2"), ("白米村", "34", "3")]
    pieces: list[Placed] = [
        (left, 700 - 20 * place, cell)
        for place, row in enumerate(rows)
        for left, cell in zip((40, 240, 440), row, strict=True)
    ]

    document = read(pdf_of_pages([pieces]), "a.pdf")

    found = [(one.figure.place, one.measure, int(one.value)) for one in document.figures]
    assert found == [
        ("东坪村", "改厕", 52),
        ("东坪村", "公厕", 2),
        ("白米村", "改厕", 34),
        ("白米村", "公厕", 3),
    ]


def test_a_new_paragraph_begins_at_an_indent_and_after_a_short_line() -> None:
    full = _SENTENCE + "并且一户一户地登记"
    page = [
        *column(64, 700, full[2:]),
        *column(40, 680, full, "完成改厕"),
        *column(64, 640, "新建公厕五座"),
    ]

    document = read(pdf_of_pages([page]), "a.pdf")

    assert [one.measure for one in document.figures if one.unit == "座"] == ["新建公厕"]


def test_a_locked_pdf_is_refused() -> None:
    key = "00" * 32
    data = assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [] /Count 0 >>",
            f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>",
        ],
        trailer=f"/Encrypt 3 0 R /ID [<{'00' * 16}> <{'00' * 16}>]",
    )

    with pytest.raises(LockedFile, match="密码"):
        read(data, "a.pdf")


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_cut_off_pdf_is_read_or_refused(kept: float) -> None:
    data = pdf_of([_SENTENCE] * 8)

    with pytest.raises((DamagedFile, NoText), match="请"):
        read(data[: int(len(data) * kept)] or b"%PDF-", "a.pdf")


def test_garbage_in_the_table_of_objects_is_mended_or_refused() -> None:
    data = pdf_of(["全乡改厕86户。"])
    place = data.index(b"xref")

    document = read(data[:place] + b"\0\xff" * 200 + data[place + 60 :], "a.pdf")

    assert document.lines == ("全乡改厕86户。",)


def test_a_pdf_that_brings_its_reader_down_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from qianxian_reader import _open_pdf

    monkeypatch.setattr(_open_pdf, "_CHILD", _open_pdf._CHILD.with_name("no_such_file.py"))

    with pytest.raises(DamagedFile, match="重新导出"):
        read(pdf_of(["文字"]), "a.pdf")
