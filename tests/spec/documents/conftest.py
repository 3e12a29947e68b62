"""What the tests of the documents share: writing one, opening its parts, reading it with python-docx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from lxml import etree

from qianxian_documents import DocumentText, Properties, write_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = {"w": W.strip("{}")}
PROPERTIES = Properties("青禾镇人民政府", datetime(2026, 10, 8, 1, tzinfo=UTC))

Write = Callable[..., bytes]


@pytest.fixture
def write() -> Write:
    def write_it(text: DocumentText, *, letterhead: bool = False) -> bytes:
        return write_docx(text, letterhead=letterhead, properties=PROPERTIES)

    return write_it


def part(data: bytes, name: str) -> etree._Element:
    """A part of the package, parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def find(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements at a path that is written with the prefix w."""
    return root.findall(path, NAMES)


def value(root: etree._Element, path: str, attribute: str = "val") -> str | None:
    """An attribute of the one element at a path."""
    (element,) = find(root, path)
    return element.get(W + attribute)


def opened(data: bytes) -> DocumentObject:
    return Document(io.BytesIO(data))


def lines(data: bytes) -> list[tuple[str, str]]:
    """Name of style and text of each paragraph, as python-docx reads them."""
    out = []
    for paragraph in opened(data).paragraphs:
        assert paragraph.style is not None
        out.append((str(paragraph.style.name), paragraph.text))
    return out
