"""Bytes of a file to a workbook; what a file is, its first bytes say before its name does."""

from __future__ import annotations

from qianxian_tables._book import Book
from qianxian_tables._errors import DamagedTable, UnsupportedTable
from qianxian_tables._limits import FILE_BYTES, too_large
from qianxian_tables._open_csv import open_csv
from qianxian_tables._open_excel import open_xls, open_xlsx

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请在 WPS 或 Excel 里打开它，另存为 .xlsx，再上传一次。"
_OWN_FORMATS = {"et": "WPS 表格的 .et", "ett": "WPS 的模板", "wps": "WPS 文字的 .wps"}
_OTHERS = {
    "doc": "Word 文件",
    "docx": "Word 文件",
    "pdf": "PDF",
    "ods": "OpenDocument 表格",
    "xlsb": ".xlsb 表格",
    "jpg": "图片",
    "jpeg": "图片",
    "png": "图片",
    "rar": "压缩包",
    "zip": "压缩包",
    "7z": "压缩包",
}


def open_book(data: bytes, name: str) -> Book:
    """The sheets and cells of an .xlsx, .xls or .csv file.

    Errors: TableError, whose sentence says what to do.
    """
    if not data:
        raise DamagedTable(f"“{name}”是空文件，请重新选择文件。")
    if len(data) > FILE_BYTES:
        raise too_large(name, f"超过 {FILE_BYTES // 1024 // 1024} MB")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in _OWN_FORMATS:
        raise UnsupportedTable(f"“{name}”是{_OWN_FORMATS[suffix]}文件，读不了。{_SAVE_AS}")
    if data.startswith(_ZIP):
        return open_xlsx(data, name)
    if data.startswith(_COMPOUND):
        return open_xls(data, name)
    if suffix in _OTHERS or data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise UnsupportedTable(f"“{name}”是{_OTHERS.get(suffix, '别的')}文件，不是表格。{_SAVE_AS}")
    if _is_web_page(data):
        raise UnsupportedTable(f"“{name}”其实是网页（有的系统导出的 .xls 就是这样）。{_SAVE_AS}")
    if suffix == "xlsx":
        raise DamagedTable(f"“{name}”打不开，文件可能没有传完或已损坏。{_SAVE_AS}")
    return open_csv(data, name)


def _is_web_page(data: bytes) -> bool:
    head = data[:2048].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    return head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"mime-version"))
