"""What a file is: its first bytes say it before its name does, which people change by hand."""

from __future__ import annotations

import re
from pathlib import PurePath

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "locked"),
    ("PowerPoint Document", ".ppt"),
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
)
_PARTS = (
    (b"word/document.xml", ".docx"),
    (b"xl/workbook.xml", ".xlsx"),
    (b"ppt/presentation.xml", ".pptx"),
    (b"OFD.xml", ".ofd"),
    (b"opendocument.text", ".odt"),
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta)\b", re.IGNORECASE)
_TEXTS = frozenset(("", ".txt", ".md", ".text", ".csv", ".html", ".htm"))


def kind_of(data: bytes, name: str) -> str:
    """A suffix, or "locked" for an office file that has a password."""
    suffix = PurePath(name).suffix.lower()
    if data.startswith(_COMPOUND):
        return _compound(data, suffix)
    if data.startswith(b"PK\x03\x04"):
        return next((kind for mark, kind in _PARTS if mark in data), _zip(suffix))
    # Some programs write a few bytes before the head of a PDF.
    if (b"%PDF-" in data[:1024] and suffix not in _TEXTS - {""}) or data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if suffix not in _TEXTS and data.startswith(_ARCHIVES):
        return ".rar"
    if data.startswith(_PICTURES[:3]) or (suffix not in _TEXTS and data.startswith(_PICTURES)):
        return ".png"
    if suffix in (".doc", ".xls", ".wps", ".et") and _PAGE.match(data):
        return ".html"  # what some systems call an export to Word or Excel
    return suffix


def _compound(data: bytes, suffix: str) -> str:
    found = next((kind for mark, kind in _STREAMS if mark.encode("utf-16-le") in data), "")
    if found in ("", ".doc") and suffix in (".wps", ".doc"):
        return suffix
    if found in ("", ".xls") and suffix in (".et", ".xls", ".xlsx"):
        return ".et" if suffix == ".et" else ".xls"
    return found or {".ppt": ".ppt"}.get(suffix, ".doc")


def _zip(suffix: str) -> str:
    # Under the name of an office file it is a broken one, else somebody's archive.
    return suffix if suffix in (".docx", ".xlsx", ".pptx", ".ofd", ".pdf") else ".zip"
