"""Errors of this library. Each carries a finished Chinese sentence that says what to do.

ReaderError
├── UnreadableFile       no report can be had from these bytes
│   ├── UnsupportedFile  a kind of file that is not read (.doc, .wps, pictures ...)
│   ├── DamagedFile      the file says it is one thing and cannot be opened as it
│   ├── LockedFile       a password is asked for
│   └── NoText           the file opens and holds no text (a scanned PDF, an empty file)
└── UnknownRule          a rule was switched off that does not exist
"""

from __future__ import annotations


class ReaderError(Exception):
    """Base of every error raised here; `sentence` is for people, in Chinese."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnreadableFile(ReaderError):
    """No report can be had from these bytes."""


class UnsupportedFile(UnreadableFile):
    """A kind of file that is not read."""


class DamagedFile(UnreadableFile):
    """A file that cannot be opened as what its name says."""


class LockedFile(UnreadableFile):
    """A file that asks for a password."""


class NoText(UnreadableFile):
    """A file that opens and holds no text."""


class UnknownRule(ReaderError):
    """A rule was switched off that does not exist."""
