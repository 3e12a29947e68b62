"""Text goes into a .docx and comes out of it exact, whatever it holds, and the bytes are stable."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianxian_documents import DocumentText, Run, heading, paragraph, table, to_text, write_docx
from tests.spec.documents.conftest import PROPERTIES, Write, find, lines, opened, part

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
HOSTILE = {
    "markup": "a < b && c > d </w:t></w:p> <!-- x --> ]]> &#0; &amp; \"'",
    "rare characters": "𠮷野家、𬱖、㐂、龘 é",
    "emoji": "👨‍👩‍👧‍👦🇨🇳👍🏽",
    "right to left": "שלום ‮עולם‬",
    "spaces": "  两头　有空格  ",
    "tabs and breaks": "甲\t乙\n丙\n\n丁\t",
    "combining": "e\u0301\u200b\ufeff\u00ad",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_comes_back_exact(write: Write, text: str) -> None:
    document = DocumentText(
        "报告",
        (heading(1, text), paragraph(text, Run(text, figure=text)), table(["列"], [[text]])),
    )

    data = write(document)

    assert [told for _, told in lines(data)][1:3] == [text, text * 2]
    assert opened(data).tables[0].cell(1, 0).text == text


def test_spaces_at_the_ends_are_declared_to_count(write: Write) -> None:
    # python-docx and lxml keep them either way; Word does not.
    data = write(DocumentText(" 报告 ", (paragraph("　甲 ", Run(" 84 ", "f")),)))

    texts = find(part(data, "word/document.xml"), ".//w:t")
    assert [text.text for text in texts] == [" 报告 ", "　甲 ", " 84 "]
    assert {text.get(SPACE) for text in texts} == {"preserve"}


@pytest.mark.parametrize("control", ["\x00", "\x08", "\x0c", "\x1b", "\x1f", "\ufffe", "\ud83d"])
def test_what_no_xml_can_hold_is_replaced_and_not_dropped(write: Write, control: str) -> None:
    document = DocumentText("标" + control + "题", (paragraph("甲" + control + "乙"),))

    assert [text for _, text in lines(write(document))] == ["标\ufffd题", "甲\ufffd乙"]
    assert to_text(document) == "标\ufffd题\n甲\ufffd乙\n"


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\v", "\u2028"])
def test_line_ends_of_all_kinds_become_line_breaks(write: Write, ending: str) -> None:
    assert lines(write(DocumentText(f"甲{ending}乙")))[0] == ("Title", "甲\n乙")


@pytest.mark.slow
def test_a_text_longer_than_a_parser_takes_at_once_comes_back_whole(write: Write) -> None:
    text = "很长的一段" * 800_000

    assert lines(write(DocumentText("报告", (paragraph(text),))))[1][1] == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"])), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_runs_come_back_joined(texts: list[str]) -> None:
    body = paragraph(*(Run(text, figure="f") for text in texts))

    data = write_docx(DocumentText("报告", (body,)), properties=PROPERTIES)

    # The separators and the two non-characters are not control characters, yet no text either.
    expected = "".join(texts).replace("\u2028", "\n").replace("\u2029", "\n")
    expected = expected.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert lines(data)[1][1] == expected


def test_the_same_input_gives_the_same_bytes(write: Write) -> None:
    document = DocumentText("报告", (paragraph("改厕", Run("84户", figure="f")),))

    assert write(document) == write(document)


PROGRAM = """
import hashlib
from datetime import UTC, datetime
from qianxian_documents import DocumentText, Properties, Run, paragraph, write_docx
text = DocumentText("报告", (paragraph("改厕", Run("84户", figure="f")),))
made = Properties("青禾镇人民政府", datetime(2026, 10, 8, 1, tzinfo=UTC))
print(hashlib.sha256(write_docx(text, properties=made)).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Shanghai"), ("2", "America/New_York")])
def test_another_process_in_another_time_zone_gives_the_same_bytes(
    write: Write, seed: str, zone: str
) -> None:
    document = DocumentText("报告", (paragraph("改厕", Run("84户", figure="f")),))
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONUTF8": "1"}

    printed = subprocess.run(  # noqa: S603 - this interpreter, and the program above
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )

    assert printed.stdout.strip() == hashlib.sha256(write(document)).hexdigest()


def test_the_package_is_stored_so_that_no_version_of_zlib_changes_it(write: Write) -> None:
    with zipfile.ZipFile(io.BytesIO(write(DocumentText("报告")))) as archive:
        entries = archive.infolist()

    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    # Office programs tell the kind of file by its first entry.
    assert entries[0].filename == "[Content_Types].xml"
