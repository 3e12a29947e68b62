"""Errors of this library. Each carries a finished Chinese sentence that says what to do.

TableError
├── UnsupportedTable  a kind of file that is not read (.et, .wps, .doc, a web page ...)
├── LockedTable       a password is asked for
├── DamagedTable      the file says it is one thing and cannot be opened as it
├── OversizedTable    more rows, cells or bytes than one file may hold
└── NoTable           the file opens and holds no table
"""

from __future__ import annotations


class TableError(Exception):
    """Base of every error raised here; `sentence` is for people, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnsupportedTable(TableError):
    """A kind of file that is not read."""


class LockedTable(TableError):
    """A file that asks for a password."""


class DamagedTable(TableError):
    """A file that cannot be opened as what its name says."""


class OversizedTable(TableError):
    """A file beyond the limits; most often one that was made to fill a memory."""


class NoTable(TableError):
    """A file without a table that could be a ledger."""
