"""The printed page as LibreOffice lays it out, measured in the PDF; skipped where there is none.

The official fonts are on few machines. Their Chinese characters are as wide as they are high, like
those of any substitute, so that lines, characters and margins can be measured without them.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from qianxian_documents import (
    DocumentNumber,
    DocumentText,
    Run,
    Signature,
    heading,
    paragraph,
    read_figures,
    table,
    write_docx,
)
from tests.spec.documents.conftest import PROPERTIES

SOFFICE = shutil.which("soffice")
MM = 72 / 25.4
PAGE_HEIGHT = 297


def has_chinese_font() -> bool:
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    command = [lister, ":lang=zh-cn"]
    found = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    return bool(found.stdout.strip())


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
    pytest.mark.skipif(not has_chinese_font(), reason="no font with Chinese characters"),
]

# No marks, since a mark may not begin a line and so shortens the one before.
LONG = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏" * 80
TEXT = DocumentText(
    title="关于前三季度工作情况的报告",
    issuer="青禾镇人民政府",
    number=DocumentNumber("青政发", 2026, 3),
    blocks=(
        heading(1, "一、完成情况"),
        paragraph("改厕", Run("84户", figure="toilets"), "。"),
        table(["村", "户数"], [["石桥村", Run("12", figure="shiqiao")]]),
        paragraph(LONG),
        Signature("青禾镇人民政府", date(2026, 1, 5)),
    ),
)


@dataclass(frozen=True)
class Line:
    """A printed line; sides in millimetres from the left and upper edge of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def converted(data: bytes, folder: Path, kind: str) -> bytes:
    source = folder / "report.docx"
    source.write_bytes(data)
    assert SOFFICE is not None
    command = [
        SOFFICE,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    return (folder / "out" / f"report.{kind}").read_bytes()


def printed_lines(page: pypdfium2.PdfPage) -> list[Line]:
    """Characters whose vertical extents meet make a line."""
    text_page = page.get_textpage()
    marks = []
    for index in range(text_page.count_chars()):
        letter = text_page.get_text_range(index, 1)
        if letter.strip():
            left, bottom, right, top = (side / MM for side in text_page.get_charbox(index))
            marks.append((PAGE_HEIGHT - (top + bottom) / 2, left, right, top, bottom, letter))
    rows: list[list[tuple[float, float, float, float, float, str]]] = []
    for mark in sorted(marks):
        # Lines are 10 mm apart; marks low in theirs, like commas, lie within 4.
        if rows and mark[0] - rows[-1][0][0] < 6:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return [
        Line(
            text="".join(mark[5] for mark in sorted(row, key=lambda mark: mark[1])),
            left=min(mark[1] for mark in row),
            right=max(mark[2] for mark in row),
            top=PAGE_HEIGHT - max(mark[3] for mark in row),
            bottom=PAGE_HEIGHT - min(mark[4] for mark in row),
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[list[Line]]:
    folder = tmp_path_factory.mktemp("plain")
    data = write_docx(TEXT, properties=PROPERTIES)
    with pypdfium2.PdfDocument(io.BytesIO(converted(data, folder, "pdf"))) as document:
        return [printed_lines(page) for page in document]


def test_a_full_page_has_22_lines_of_28_characters(pages: list[list[Line]]) -> None:
    *lines, number = pages[1]

    assert [len(line.text) for line in lines] == [28] * 22
    assert number.text == "—2—"


def test_text_stands_inside_the_type_area(pages: list[list[Line]]) -> None:
    *lines, _ = pages[1]

    # A character does not fill its square, hence the half millimetre and more.
    assert 28 <= min(line.left for line in lines) <= 29
    assert 183 <= max(line.right for line in lines) <= 184
    assert 37 <= lines[0].top <= 41
    assert 258 <= lines[-1].bottom <= 262


def test_a_first_line_begins_two_characters_in(pages: list[list[Line]]) -> None:
    first = next(line for line in pages[0] if line.text.startswith("天地玄黄"))

    assert first.left == pytest.approx(28 + 2 * 156 / 28, abs=0.6)
    assert len(first.text) == 26


def test_page_numbers_lie_7_mm_below_on_the_outer_side(pages: list[list[Line]]) -> None:
    numbers = [page[-1] for page in pages]

    assert [number.text for number in numbers[:3]] == ["—1—", "—2—", "—3—"]
    for number in numbers:
        assert (number.top + number.bottom) / 2 == pytest.approx(262 + 7, abs=0.7)
    # One character, 5 to 5.6 mm by its size, from the edge of the type area.
    assert [numbers[n].right for n in (0, 2)] == pytest.approx([178.6] * 2, abs=0.8)
    assert numbers[1].left == pytest.approx(33.4, abs=0.8)


def test_the_date_begins_two_characters_after_the_issuer(pages: list[list[Line]]) -> None:
    lines = [line for page in pages for line in page]
    issuer = [line for line in lines if line.text == "青禾镇人民政府"][-1]
    (day,) = [line for line in lines if line.text == "2026年1月5日"]

    assert issuer.right == pytest.approx(184 - 2 * 5.6, abs=0.8)
    # Figures are narrower or wider by font, so the date is held at its right side.
    assert day.right == pytest.approx(184 - 5.6, abs=1.5)


def test_the_red_head_stands_where_the_standard_wants_it(tmp_path: Path) -> None:
    data = write_docx(TEXT, letterhead=True, properties=PROPERTIES)

    with pypdfium2.PdfDocument(io.BytesIO(converted(data, tmp_path, "pdf"))) as document:
        head, number, title = printed_lines(document[0])[:3]

    assert head.text == "青禾镇人民政府文件"
    assert head.top == pytest.approx(37 + 35, abs=1.5)
    assert (head.left + head.right) / 2 == pytest.approx(106, abs=0.7)
    assert number.text == "青政发〔2026〕3号"
    assert title.text == TEXT.title


def test_figures_and_text_survive_being_saved_by_another_program(tmp_path: Path) -> None:
    data = write_docx(TEXT, properties=PROPERTIES)

    saved = converted(data, tmp_path, "docx")

    assert read_figures(saved) == read_figures(data)
    assert [run.figure for run in read_figures(saved)] == ["toilets", "shiqiao"]
