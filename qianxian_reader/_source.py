"""Bytes and a file name to the lines of a report, whatever the container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module

from qianxian_reader._errors import LockedFile, NoText, UnsupportedFile
from qianxian_reader._file_kinds import kind_of
from qianxian_reader._limits import FILE_BYTES, oversized


@dataclass(frozen=True, slots=True)
class Source:
    """The text as decoded: lines joined by "\\n".

    joins   offsets of those "\\n" that part no paragraph, and what stands for them: "" where a
            page wrapped a sentence, a tab between two cells of a table
    numbers offsets of lines whose number (一、) the program that wrote the file puts there by itself:
            it is seen before the text and does not stand in it
    notes_from   offset from which the text is footnotes, None without any
    """

    name: str
    encoding: str
    text: str
    joins: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    notes_from: int | None = None

    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))


_PICTURE = "图片里的文字读不出来，请找文字版，或先做文字识别"
_ADVICE = {
    ".doc": "这是旧版 Word 文件，请用 Word 或 WPS 打开后另存为 .docx，再读一次",
    ".wps": "这是 WPS 文字文件，请在 WPS 中另存为 .docx，再读一次",
    ".et": "这是 WPS 表格文件，请在 WPS 中另存为 .xlsx，再读一次",
    ".xls": "这是旧版 Excel 文件，请另存为 .xlsx，再读一次",
    ".ppt": "这是演示文稿，请把文字另存为 .docx 或 .txt，再读一次",
    ".pptx": "这是演示文稿，请把文字另存为 .docx 或 .txt，再读一次",
    ".odt": "请另存为 .docx，再读一次",
    ".rtf": "请用 Word 或 WPS 打开后另存为 .docx，再读一次",
    ".ofd": "请用 OFD 阅读器导出为 .pdf 或复制文字存成 .txt，再读一次",
    ".zip": "请先解压，再读里面的文件",
    ".7z": "请先解压，再读里面的文件",
    ".rar": "请先解压，再读里面的文件",
    ".jpg": _PICTURE,
    ".jpeg": _PICTURE,
    ".gif": _PICTURE,
    ".bmp": _PICTURE,
    ".tif": _PICTURE,
    ".tiff": _PICTURE,
    ".webp": _PICTURE,
    ".heic": _PICTURE,
    ".png": _PICTURE,
}
_READABLE = "能读的文件：.docx、.txt、.pdf（有文字层）、.html、.xlsx、.csv"
_COMPOUND = b"\xd0\xcf\x11\xe0"
_OWN_BYTES = (_COMPOUND, b"{\\rtf", b"PK\x03\x04")
# The name that the text has inside the container of a .doc.
_WORD_STREAM = "WordDocument".encode("utf-16-le")
# LibreOffice turns these into .docx, where it is installed.
_CONVERTED = frozenset((".doc", ".wps", ".rtf", ".odt"))


def open_source(data: bytes, name: str) -> Source:
    """Open a file by its first bytes and its name. Errors: UnreadableFile."""
    if len(data) > FILE_BYTES:
        raise oversized(name, f"超过{FILE_BYTES // 1_000_000} MB")
    kind = kind_of(data, name)
    if kind == "locked":
        raise LockedFile(f"“{name}”有密码，请先去掉密码，再读一次。")
    opener = _opener(kind)
    source = opener(data, name) if opener else _converted(data, name, kind)
    if not source.text.strip():
        raise NoText(f"“{name}”里没有文字：{_empty_advice(kind)}。")
    return source


def _converted(data: bytes, name: str, kind: str) -> Source:
    """An old file by way of LibreOffice; else it is said what to do."""
    advice = _ADVICE.get(kind, _READABLE)
    # Only what is by its bytes what its name says: LibreOffice would make a report of anything.
    is_text = not data.startswith(_COMPOUND) or _WORD_STREAM in data
    if kind in _CONVERTED and data.startswith(_OWN_BYTES) and is_text:
        from qianxian_reader import _convert, _open_docx

        made = _convert.to_docx(data, kind)
        if made is not None:
            return replace(_open_docx.open_docx(made, name), encoding=kind.removeprefix("."))
        if _convert.converter():
            advice += "（这台机器上的 LibreOffice 没有转换成）"
    raise UnsupportedFile(f"不能读“{name}”：{advice}。")


def _empty_advice(suffix: str) -> str:
    if suffix == ".pdf":
        return "它可能是扫描件，请找文字版，或先做文字识别"
    return "请检查是不是选错了文件"


_OPENERS = {
    "": "_open_text.open_text",
    ".txt": "_open_text.open_text",
    ".md": "_open_text.open_text",
    ".text": "_open_text.open_text",
    ".html": "_open_text.open_html",
    ".htm": "_open_text.open_html",
    ".docx": "_open_docx.open_docx",
    ".pdf": "_open_pdf.open_pdf",
    ".xlsx": "_open_sheet.open_xlsx",
    ".csv": "_open_sheet.open_csv",
}


def _opener(kind: str) -> Callable[[bytes, str], Source] | None:
    """Each container's library is imported only when a file of that kind is opened."""
    if kind not in _OPENERS:
        return None
    module, _, function = _OPENERS[kind].partition(".")
    found: Callable[[bytes, str], Source] = getattr(
        import_module(f"qianxian_reader.{module}"), function
    )
    return found
