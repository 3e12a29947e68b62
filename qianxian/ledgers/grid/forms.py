"""What the page's script sends: rows as JSON, taken apart without trusting any of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qianxian.core.errors import UserError
from qianxian.ledgers.grid.reading import Typed

_LONGEST = 4_000
_BROKEN = "送来的表格不完整，没有存。你写的还在页面上，请再存一次。"


class BrokenGrid(UserError):
    """The body is not what the page sends."""


@dataclass(frozen=True, slots=True)
class Sent:
    rows: tuple[Typed, ...]
    reason: str


def sent(body: bytes) -> Sent:
    """The rows of a request. Raises BrokenGrid."""
    try:
        told = json.loads(body)
        rows = tuple(_typed(row) for row in told["rows"])
        reason = _text(told.get("reason", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenGrid(_BROKEN) from error
    if len({row.key for row in rows}) < len(rows):
        raise BrokenGrid(_BROKEN)
    return Sent(rows, reason)


def _typed(row: Mapping[str, Any]) -> Typed:
    version = row["version"]
    if type(version) is not int or version < 0:
        raise ValueError
    picked = {str(name): _text(key) for name, key in row.get("picked", {}).items()}
    cells = {str(name): _text(text) for name, text in row["cells"].items()}
    return Typed(UUID(row["key"]), version, cells, picked)


def _text(raw: Any) -> str:
    """Half a sign and NUL are what nobody types, and no database takes them."""
    if not isinstance(raw, str):
        raise TypeError
    return raw[:_LONGEST].encode("utf-8", "ignore").decode().replace("\0", "")
