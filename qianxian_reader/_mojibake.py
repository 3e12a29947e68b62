"""Text decoded with the wrong table: GBK or UTF-8 read as Latin-1, UTF-8 read as GBK."""

from __future__ import annotations

import re

from qianxian_reader._mapped import Edit
from qianxian_reader._shift import is_plain

_LATIN = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]"
    r"(?:[\u0020-\u007e]{0,8}[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122])+"
)
_WIDE = re.compile(r"[^\x00-\x7f\u3000-\u303f\uff00-\uffef\n]{4,}")
_SINGLE_BYTE = ("cp1252", "latin-1")


def edits(text: str) -> list[Edit]:
    """What should stand in place of each run that was decoded wrongly."""
    out = [edit for found in _LATIN.finditer(text) if (edit := _from_latin(found))]
    if sum(map(text.count, "鍏鏈鐨锛銆鎴涓浜")) >= 3:
        out += [edit for found in _WIDE.finditer(text) if (edit := _from_gbk(found))]
    return sorted(out)


def _from_latin(found: re.Match[str]) -> Edit | None:
    if len(found[0]) < 4:
        return None
    for table in _SINGLE_BYTE:
        try:
            data = found[0].encode(table)
        except UnicodeEncodeError:
            continue
        for encoding in ("utf-8", "gb18030"):
            new = _decoded(data, encoding)
            if new:
                return found.start(), found.end(), new
    return None


def _from_gbk(found: re.Match[str]) -> Edit | None:
    """UTF-8 read as GBK loses a byte at odd ends; only a run that decodes whole is taken."""
    try:
        new = _decoded(found[0].encode("gb18030"), "utf-8")
    except UnicodeEncodeError:
        return None
    return (found.start(), found.end(), new) if new else None


def _decoded(data: bytes, encoding: str) -> str:
    """The text, if it decodes and is plain Chinese; else ""."""
    try:
        new = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    chinese = [char for char in new if char > "\x7f"]
    plain = sum(map(is_plain, chinese))
    has_words = sum("\u4e00" <= char <= "\u9fff" for char in chinese) * 2 >= len(chinese)
    return new if chinese and has_words and plain >= 0.9 * len(chinese) else ""
