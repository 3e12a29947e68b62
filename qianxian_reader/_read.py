"""The front door: bytes or text to a document."""

from __future__ import annotations

from collections.abc import Collection

from qianxian_reader._document import CatalogueLike, Document


def read(
    data: bytes,
    name: str,
    *,
    catalogue: CatalogueLike | None = None,
    switched_off: Collection[str] = (),
) -> Document:
    """Read a report. `name` decides how the bytes are opened and appears in every span.

    Errors: UnreadableFile, with a Chinese sentence; UnknownRule for a rule that does not exist.
    """
    raise NotImplementedError


def read_text(
    text: str,
    name: str = "",
    *,
    catalogue: CatalogueLike | None = None,
    switched_off: Collection[str] = (),
) -> Document:
    """Read a text that is already decoded: a pasted message, a draft, one sentence."""
    raise NotImplementedError


def to_json(document: Document) -> dict[str, object]:
    """The document as plain data, after the contract in docs/decisions/0003-reader.md."""
    raise NotImplementedError
