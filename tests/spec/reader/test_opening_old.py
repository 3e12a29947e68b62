"""Files of other programs: refused with what to do, or converted where LibreOffice is installed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from qianxian_reader import LockedFile, UnsupportedFile, _convert, read
from tests.spec.reader._docx import docx_of, p

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
_RTF = rb"{\rtf1\ansi\ansicpg936 \u20840?\u20065?\u25913?\u21397?86\u25143?\u12290?\par}"


@pytest.fixture
def _no_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_convert, "converter", lambda: None)


def _office(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    return out.getvalue()


@pytest.mark.usefixtures("_no_converter")
@pytest.mark.parametrize(
    ("name", "data", "advice"),
    [
        ("a.doc", _COMPOUND, "另存为 .docx"),
        ("a.wps", _COMPOUND, "WPS 中另存为 .docx"),
        ("a.et", _COMPOUND, ".xlsx"),
        ("a.docx", _COMPOUND + "Workbook".encode("utf-16-le"), "旧版 Excel"),
        ("a.doc", _RTF, "另存为 .docx"),
        ("a.txt", _RTF, "另存为 .docx"),
        ("a.ofd", _office("OFD.xml"), "OFD"),
        ("a.docx", _office("OFD.xml"), "OFD"),
        ("a.zip", _office("a.txt"), "解压"),
        ("a.txt", _office("a.txt"), "解压"),
        ("a.pptx", _office("ppt/presentation.xml"), "演示文稿"),
        ("a.docx", b"\x89PNG\r\n\x1a\n", "文字识别"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "文字识别"),
    ],
)
def test_what_is_refused_says_what_to_do(name: str, data: bytes, advice: str) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        read(data, name)

    assert name in refused.value.sentence
    assert advice in refused.value.sentence


def test_an_office_file_with_a_password_is_told() -> None:
    data = _COMPOUND + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(LockedFile, match="密码"):
        read(data, "a.docx")


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.txt", "a"])
def test_a_new_file_under_an_old_name_is_read(name: str) -> None:
    assert read(docx_of(p("全乡改厕86户。")), name).lines == ("全乡改厕86户。",)


@pytest.mark.slow
@pytest.mark.skipif(_convert.converter() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("name", ["a.rtf", "a.doc"])
def test_an_old_file_is_converted_and_read(name: str) -> None:
    document = read(_RTF, name)

    assert document.encoding == "rtf"
    assert [one.span.text for one in document.figures] == ["86户"]


def test_a_converter_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(_convert, "converter", lambda: str(hanging))
    monkeypatch.setattr(_convert, "_SECONDS", 0.2)

    with pytest.raises(UnsupportedFile, match="没有转换成"):
        read(_RTF, "a.rtf")


def test_a_converter_that_gives_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_convert, "converter", lambda: str(tmp_path / "nothing"))

    with pytest.raises(UnsupportedFile, match="另存为"):
        read(_RTF, "a.rtf")
