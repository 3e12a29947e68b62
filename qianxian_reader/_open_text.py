"""Plain text and web pages to lines."""

from __future__ import annotations

import re

from qianxian_reader import _markup
from qianxian_reader._decode import decode
from qianxian_reader._limits import check_text
from qianxian_reader._source import Source
from qianxian_reader._wrap import broken_ends, wrapped_ends

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)


def one_line_end(text: str) -> str:
    """Line ends of any system as \\n; the number of lines stays what an editor shows."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def open_text(data: bytes, name: str) -> Source:
    text, encoding = decode(data)
    text = check_text(one_line_end(text), name)
    ends = (*wrapped_ends(text), *broken_ends(text))
    return Source(name, encoding, text, dict.fromkeys(ends, ""))


def open_html(data: bytes, name: str) -> Source:
    """A page: its paragraphs and table rows are the lines."""
    from qianxian_reader._page import main_text  # its parser is of no use to a plain text

    text, encoding = decode(data)
    declared = _DECLARED.search(data[:2048])
    if declared and encoding in ("gb18030", "big5"):
        # Between the two the page itself knows best, as long as it can be decoded so.
        kind = declared[1].decode("ascii").lower()
        if kind.startswith(("gb", "big5")):
            kind = "big5" if kind.startswith("big5") else "gb18030"
            text, encoding = data.decode(kind, "replace"), kind
    check_text(text, name)
    page = main_text(one_line_end(text))
    return Source(name, encoding, "\n".join(_markup.paragraphs(page)))
