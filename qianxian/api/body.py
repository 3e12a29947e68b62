"""Reading the body of a request: JSON with exact decimals, and no sign that nobody can type."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser


class Body(Parser):
    """What cannot be read raises ValueError; the API answers it with 400."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found = json.loads(request.body, parse_float=Decimal, parse_constant=_refuse)
        if not isinstance(found, dict):
            raise ValueError("a body is an object")
        if _has_nul(found):
            # PostgreSQL takes no text that has it.
            raise ValueError("NUL in a text")
        return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_nul, value))
