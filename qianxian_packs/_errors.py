"""Errors of this library.

PacksError
├── PacksInvalid        definitions that cannot be used; holds every PackError at once
├── FieldInvalid        a value that does not fit its field
└── ExpressionInvalid   an expression outside the allowed language
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PackError:
    """One fault of a definition: file, 1-based line, path of the field, Chinese sentence."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where} {self.field}：{self.message}" if self.field else f"{where} {self.message}"


class PacksError(Exception):
    """Base of every error raised here."""


class PacksInvalid(PacksError):
    """Definitions that cannot be used, with every fault found."""

    def __init__(self, errors: Iterable[PackError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(str(error) for error in self.errors))


class FieldInvalid(PacksError):
    """A value that does not fit its field. The message is a finished Chinese sentence."""


class ExpressionInvalid(PacksError):
    """An expression outside the language. `position` is the 0-based character, -1 if unknown."""

    def __init__(self, message: str, position: int = -1) -> None:
        where = f"第{position + 1}个字附近，" if position >= 0 else ""
        super().__init__(where + message)
        self.position = position
