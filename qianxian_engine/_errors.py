"""Errors of this library.

EngineError
├── BadTree             places that form no tree: a parent or successor missing, a circle
├── UnknownPlace        a place code that the tree does not hold
├── UnknownIndicator    an indicator id that the catalogue does not hold
├── BadRequest          a question that has no answer, such as a trace of nothing
└── LakeDamaged         a file of the lake that is gone or not what its name says
"""

from __future__ import annotations

from pathlib import Path


class EngineError(Exception):
    """Base of every error raised here."""


class BadTree(EngineError):
    """Places that form no tree."""


class UnknownPlace(EngineError):
    """A place code that the tree does not hold."""


class UnknownIndicator(EngineError):
    """An indicator id that the catalogue does not hold."""


class BadRequest(EngineError):
    """A question that has no answer."""


class LakeDamaged(EngineError):
    """A file of the lake is gone or its bytes are not those that its name promises."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    @property
    def ledger(self) -> str:
        """The ledger whose file it is."""
        return self.path.parent.name
