"""Run as a process of its own: a PDF from stdin, the pieces of text of its pages to stdout, as JSON.

A broken or malicious PDF may bring the library down or keep it busy without end; here that costs one
child. Nothing of the package is imported, so that the child starts fast. The first argument is the
most pages, the second the most characters.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

# Wider than the space that a line of mixed script has between its words.
_GAP = 1.2
_MEMORY = 1_500_000_000


class _TooMuch(Exception):
    pass


def main() -> None:
    _bound_memory()
    out: dict[str, Any]
    try:
        out = _read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except _TooMuch as error:
        out = {"error": "large", "why": str(error)}
    json.dump(out, sys.stdout, ensure_ascii=True)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _read(data: bytes, most_pages: int, most_characters: int) -> dict[str, Any]:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        return {"error": "locked" if "password" in str(error).lower() else "damaged"}
    if count > most_pages:
        raise _TooMuch(f"有{count}页，最多读{most_pages}页")
    pages: list[Any] = []
    left = most_characters
    for number in range(count):
        try:
            page = document[number]
            pieces = _pieces(page.get_textpage())
        except pdfium.PdfiumError:
            continue  # one broken page of many
        left -= sum(len(piece[4]) for piece in pieces)
        if left < 0:
            raise _TooMuch(f"超过{most_characters // 10_000}万字")
        pages.append([*page.get_size(), pieces])
    return {"pages": pages}


def _pieces(text: Any) -> list[list[Any]]:
    """Left, bottom, right, top and words of each run of a line without a gap."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    out: list[list[Any]] = []
    now: list[Any] | None = None
    box = raw.FS_RECTF()
    for index in range(text.count_chars()):
        char = _char(raw.FPDFText_GetUnicode(text, index))
        if char in "\r\n":
            now = None
            continue
        if not char:
            continue
        # The loose box is as high as the line; that of a glyph without a font is flat.
        known = raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if char.isspace() or not known or right <= left:
            if now is not None:
                now[4] += " " if char.isspace() else char
            continue
        if now is None or _is_apart(now, left, bottom, top):
            now = [left, bottom, right, top, ""]
            out.append(now)
        now[:4] = [now[0], min(now[1], bottom), max(now[2], right), max(now[3], top)]
        now[4] += char
    return out


def _char(code: int) -> str:
    """Marks of hyphens and of glyphs without a character are nothing."""
    if (
        code in (0, 0xFFFE, 0xFFFF)
        or 0xD800 <= code < 0xE000
        or (code < 32 and code not in (9, 10, 13))
    ):
        return ""
    return chr(code)


def _is_apart(now: list[Any], left: float, bottom: float, top: float) -> bool:
    size = max(now[3] - now[1], top - bottom, 4)
    on_line = min(now[3], top) - max(now[1], bottom) > -0.5 * size
    return not on_line or left - now[2] > _GAP * size or left < now[0] - size


if __name__ == "__main__":
    main()
