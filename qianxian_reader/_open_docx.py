"""A .docx file to lines: one line for each paragraph of the body, cells of tables included.

The number of a line is the number of its `w:p` in document order, so that a comment can be set
on it. Deleted text (tracked changes) is not read.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from qianxian_reader._errors import DamagedFile
from qianxian_reader._mapped import BREAK
from qianxian_reader._source import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PIECES = {
    f"{_W}tab": "\t",
    f"{_W}br": BREAK,
    f"{_W}cr": BREAK,
    f"{_W}noBreakHyphen": "-",
}
# A body larger than this when unpacked is no report but an attack on memory.
_LARGEST = 200_000_000


def open_docx(data: bytes, name: str) -> Source:
    body = _body(data, name)
    lines: list[str] = []
    joins: list[tuple[int, str]] = []  # (number of the line before the join, what stands there)
    for block in body:
        if block.tag == f"{_W}tbl":
            _read_table(block, lines, joins)
        else:
            lines += (_text(paragraph) for paragraph in _paragraphs(block))
    return Source(name, "docx", "\n".join(lines), _offsets(lines, joins))


def _body(data: bytes, name: str) -> etree._Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo("word/document.xml").file_size > _LARGEST:
                raise DamagedFile(f"“{name}”展开后太大，不像是报告。请检查是不是选错了文件。")
            xml = archive.read("word/document.xml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        body = etree.fromstring(xml, parser).find(f"{_W}body")
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError) as error:
        raise DamagedFile(
            f"“{name}”打不开：它不是完好的 .docx 文件。请在 Word 或 WPS 中打开，另存为 .docx 后再读一次。"
        ) from error
    if body is None:
        raise DamagedFile(f"“{name}”里没有正文。请在 Word 或 WPS 中另存为 .docx 后再读一次。")
    return body


def _paragraphs(block: etree._Element) -> list[etree._Element]:
    """The block itself or, in a content control, the paragraphs in it."""
    if block.tag == f"{_W}p":
        return [block]
    return list(block.iter(f"{_W}p"))


def _text(paragraph: etree._Element) -> str:
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            if not any(up.tag == _FALLBACK for up in node.iterancestors(_FALLBACK)):
                parts.append(node.text or "")
        elif node.tag in _PIECES:
            parts.append(_PIECES[node.tag])
    return "".join(parts).replace("\n", " ")


def _read_table(table: etree._Element, lines: list[str], joins: list[tuple[int, str]]) -> None:
    for row in table.iterfind(f".//{_W}tr"):
        empty = 0  # columns that the cell before still covers
        for number, cell in enumerate(row.iterfind(f"{_W}tc")):
            for index, paragraph in enumerate(cell.iterfind(f"{_W}p")):
                if index:
                    joins.append((len(lines) - 1, " "))
                elif number:
                    joins.append((len(lines) - 1, "\t" * (1 + empty)))
                lines.append(_text(paragraph).replace("\t", " "))
            empty = _covered(cell)


def _covered(cell: etree._Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return int(span.get(f"{_W}val", "1")) - 1 if span is not None else 0


def _offsets(lines: list[str], joins: list[tuple[int, str]]) -> dict[int, str]:
    if not joins:
        return {}
    ends, offset = [], 0
    for line in lines:
        offset += len(line)
        ends.append(offset)
        offset += 1
    return {ends[number]: text for number, text in joins}
