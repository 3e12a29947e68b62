"""The text layer of a PDF to lines, as the pages show them."""

from __future__ import annotations

import re

from qianxian_reader._errors import DamagedFile, LockedFile
from qianxian_reader._source import Source
from qianxian_reader._wrap import wrapped_ends

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－]\s*\d{1,4}\s*[-—–－]|第\s*\d{1,4}\s*页.{0,10}|\d{1,4}\s*/\s*\d{1,4})\s*"
)


def open_pdf(data: bytes, name: str) -> Source:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise LockedFile(f"“{name}”有密码，请先去掉密码，再读一次。") from error
        raise DamagedFile(
            f"“{name}”打不开：它不是完好的 PDF 文件。请重新导出后再读一次。"
        ) from error
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    text = "\n".join(_page_lines(page) for page in pages)
    return Source(name, "pdf", text, _joins(text))


def _page_lines(page: str) -> str:
    return page.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "").rstrip("\n")


def _joins(text: str) -> dict[int, str]:
    """Wrapped ends; a sentence that runs over a page number jumps it."""
    joins = dict.fromkeys(wrapped_ends(text, is_page=True), "")
    for end in list(joins):
        following = text.find("\n", end + 1)
        if following > 0 and _PAGE_NUMBER.fullmatch(text[end + 1 : following]):
            del joins[end]
    return joins
