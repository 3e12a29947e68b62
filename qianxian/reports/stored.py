"""A document that was read, and the lines of a frozen text, as JSON in the database and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from qianxian.reports.composing import DraftLine
from qianxian_reader import Document

# Frozen dataclasses of plain values; decimals become strings, so nothing is rounded.
_DOCUMENT = TypeAdapter(Document)
_LINES = TypeAdapter(tuple[DraftLine, ...])


def dump_document(document: Document) -> dict[str, Any]:
    data: dict[str, Any] = _DOCUMENT.dump_python(document, mode="json")
    return data


def load_document(data: dict[str, Any]) -> Document:
    return _DOCUMENT.validate_python(data)


def dump_lines(lines: Sequence[DraftLine]) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = _LINES.dump_python(tuple(lines), mode="json")
    return data


def load_lines(data: list[dict[str, Any]]) -> tuple[DraftLine, ...]:
    return _LINES.validate_python(data)
