"""Documents in official layout: text with figures in, .docx (GB/T 9704-2012) or plain text out."""

from __future__ import annotations

from qianxian_documents._comments import Remark, add_comments
from qianxian_documents._docx import Properties, write_docx
from qianxian_documents._docx_figures import read_figures
from qianxian_documents._errors import (
    BadBlock,
    BadDocumentNumber,
    BadLetterhead,
    BadTemplate,
    DocumentsError,
    NotADocument,
)
from qianxian_documents._flow import to_text
from qianxian_documents._headings import number_headings
from qianxian_documents._markdown import Fill, parse_blocks, slots
from qianxian_documents._numbers import (
    DocumentNumber,
    chinese_date,
    heading_number,
)
from qianxian_documents._text import (
    Attachments,
    Block,
    Cell,
    DocumentText,
    Heading,
    Note,
    Paragraph,
    Run,
    Signature,
    Table,
    heading,
    paragraph,
    table,
)

__all__ = [
    "Attachments",
    "BadBlock",
    "BadDocumentNumber",
    "BadLetterhead",
    "BadTemplate",
    "Block",
    "Cell",
    "DocumentNumber",
    "DocumentText",
    "DocumentsError",
    "Fill",
    "Heading",
    "NotADocument",
    "Note",
    "Paragraph",
    "Properties",
    "Remark",
    "Run",
    "Signature",
    "Table",
    "add_comments",
    "chinese_date",
    "heading",
    "heading_number",
    "number_headings",
    "paragraph",
    "parse_blocks",
    "read_figures",
    "slots",
    "table",
    "to_text",
    "write_docx",
]
