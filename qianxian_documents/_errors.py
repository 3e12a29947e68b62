"""Errors of this library; each message is a finished Chinese sentence.

DocumentsError
├── BadBlock            a block that cannot be laid out: heading level, uneven table, figure id
├── BadDocumentNumber   text that is no 发文字号
├── BadLetterhead       a red head without an issuer
├── BadTemplate         a slot or table of the Markdown subset that is not closed; has `line`
└── NotADocument        bytes that are no .docx, or one too large to open safely
"""

from __future__ import annotations


class DocumentsError(Exception):
    """Base of every error raised here."""


class BadBlock(DocumentsError):
    """A block that cannot be laid out."""


class BadDocumentNumber(DocumentsError):
    """Text that is no 发文字号."""


class BadLetterhead(DocumentsError):
    """A red head was asked for, and nobody is named as the issuer."""


class BadTemplate(DocumentsError):
    """A paragraph template that is not well formed. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"第{line}行：{message}")
        self.line = line


class NotADocument(DocumentsError):
    """Bytes that cannot be opened as a .docx."""
