"""Texts of any encoding and with some damage are decoded as what they are."""

from __future__ import annotations

import pytest

from qianxian_reader import read

_TEXT = (
    "白云乡2023年工作总结\n全乡坚持以人民为中心的发展思想，全年完成农村改厕86户，"
    "硬化道路3.2公里，各项工作都取得了新的进展。\n"
) * 6
_TRADITIONAL = (
    "白雲鄉工作總結\n本鄉今年完成道路修整三公里，農田水利設施十二處，各項工作都在進行中。\n" * 6
)


def figures(data: bytes) -> tuple[str, int]:
    document = read(data, "a.txt")
    return document.encoding, len(document.figures)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_a_few_broken_bytes_do_not_change_the_encoding(encoding: str) -> None:
    data = bytearray(_TEXT.encode(encoding))
    for place in (101, 350, 600):
        data[place] ^= 0x95

    named, found = figures(bytes(data))

    assert named == encoding
    assert found >= 9


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "utf-8", "utf-16-le", "utf-16"])
def test_traditional_text_is_told_from_simplified(encoding: str) -> None:
    assert figures(_TRADITIONAL.encode(encoding))[0] == encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_and_without_a_line_end_is_known_by_its_words(encoding: str) -> None:
    text = "全乡坚持以人民为中心的发展思想，各项工作都取得了新的进展，完成改厕八十六户。" * 3

    assert figures(text.encode(encoding)) == (encoding, 3)


def test_a_stray_zero_byte_is_no_utf16() -> None:
    data = _TEXT.encode("gb18030")

    assert figures(data[:40] + b"\0" + data[40:])[0] == "gb18030"
    assert figures(_TEXT.encode() + b"\0")[0] == "utf-8"


def test_mixed_line_ends_part_the_lines_that_an_editor_shows() -> None:
    document = read("总结\r\n改厕86户。\r公厕5座。\n道路3公里。\r\n".encode("gb18030"), "a.txt")

    assert document.lines == ("总结", "改厕86户。", "公厕5座。", "道路3公里。", "")


def test_a_mark_in_the_middle_does_no_harm() -> None:
    document = read("总结\n\ufeff全乡改厕\ufeff86户。".encode(), "a.txt")

    assert [one.span.text for one in document.figures] == ["86户"]
