"""A document that was read, and a text that was written, as JSON in the database and back."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from qianxian_documents import DocumentText
from qianxian_reader import Document

# Both are frozen dataclasses of plain values; decimals become strings, so nothing is rounded.
_DOCUMENT = TypeAdapter(Document)
_TEXT = TypeAdapter(DocumentText)


def dump_document(document: Document) -> dict[str, Any]:
    return _dumped(_DOCUMENT, document)


def load_document(data: dict[str, Any]) -> Document:
    return _DOCUMENT.validate_python(data)


def dump_text(text: DocumentText) -> dict[str, Any]:
    return _dumped(_TEXT, text)


def load_text(data: dict[str, Any]) -> DocumentText:
    return _TEXT.validate_python(data)


def _dumped(adapter: TypeAdapter[Any], value: Any) -> dict[str, Any]:
    data: dict[str, Any] = adapter.dump_python(value, mode="json")
    return data
