"""Private values of a staged row: sealed under the key of its entry, in one field of the row."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from uuid import UUID

from pydantic_core import from_json, to_json

from qianxian.ledgers.privacy import Sealed, SealedKey, SealedValue


def packed(key: SealedKey | None, values: Sequence[SealedValue]) -> bytes:
    """`key` is that of a new entry; one that is there has its own."""
    return to_json(
        {
            "key": _text(key.wrapped) if key else None,
            "values": {value.field: _text(value.sealed) for value in values},
            "digests": {value.field: value.digest for value in values},
        }
    )


def unpacked(entry: UUID, packed: bytes) -> Sealed:
    """The other way round, for the landing."""
    held = from_json(packed)
    keys = (SealedKey(entry, _bytes(held["key"])),) if held["key"] else ()
    values = tuple(
        SealedValue(entry, name, _bytes(text), held["digests"][name])
        for name, text in held["values"].items()
    )
    return Sealed(keys, values)


def digests_of(packed: bytes | memoryview | None) -> dict[str, str]:
    """Field → digest of the private values of a row."""
    return dict(from_json(bytes(packed))["digests"]) if packed else {}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
