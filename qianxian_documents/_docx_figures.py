"""Finding the figures again in a .docx that was written here, also after somebody edited it."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from qianxian_documents._errors import NotADocument
from qianxian_documents._text import Run
from qianxian_documents._xml import FIGURES, MAIN, Element

_LARGEST_PART = 64 * 1024 * 1024
_START, _END = f"{{{MAIN}}}bookmarkStart", f"{{{MAIN}}}bookmarkEnd"
_ID, _NAME = f"{{{MAIN}}}id", f"{{{MAIN}}}name"
_BREAKS = {f"{{{MAIN}}}br": "\n", f"{{{MAIN}}}cr": "\n", f"{{{MAIN}}}tab": "\t"}
# What zipfile and lxml raise for files that are cut off, encrypted, garbled or something else.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def read_figures(data: bytes) -> tuple[Run, ...]:
    """The figures of a document in the order of its text, each with the text that it has now.

    A figure whose bookmark was deleted is not among them; a document from elsewhere has none.
    Raises NotADocument.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            figures = _figures_of_bookmarks(archive)
            document = _parse(archive, "word/document.xml")
    except UNREADABLE as error:
        raise NotADocument("这不是能打开的 .docx 文件。") from error
    return tuple(
        Run(text, figures[name]) for name, text in _bookmarked(document) if name in figures
    )


def _parse(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > _LARGEST_PART:
        raise NotADocument("这个 .docx 解开后太大，没有打开。")
    # Entities are left unresolved: a file from outside must not make the parser read others.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _figures_of_bookmarks(archive: zipfile.ZipFile) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in archive.namelist():
        # Other programs renumber these parts, so the namespace and not the name tells ours.
        if name.startswith("customXml/item") and name.endswith(".xml"):
            root = _parse(archive, name)
            if root.tag == f"{{{FIGURES}}}figures":
                found |= {e.get("bookmark", ""): e.text or "" for e in root if e.text}
    return found


def _bookmarked(document: Element) -> list[tuple[str, str]]:
    names: dict[str, str] = {}
    texts: dict[str, str] = {}
    is_open: set[str] = set()
    for element in document.iter():
        if element.tag == _START:
            number = element.get(_ID, "")
            names[number], texts[number] = element.get(_NAME, ""), ""
            is_open.add(number)
        elif element.tag == _END:
            is_open.discard(element.get(_ID, ""))
        elif is_open and (piece := _text_of(element)):
            for number in is_open:
                texts[number] += piece
    return [(names[number], texts[number]) for number in names]


def _text_of(element: Element) -> str:
    # Struck-out text of tracked changes is w:delText and so is not counted.
    if element.tag == f"{{{MAIN}}}t":
        return element.text or ""
    return _BREAKS.get(str(element.tag), "")
