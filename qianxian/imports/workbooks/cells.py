"""From a cell to a value of its field, with a sentence where it cannot be read."""

from __future__ import annotations

from typing import Any

from qianxian.imports.rows import Reader
from qianxian.ledgers.place_finder import Told
from qianxian_packs import Field, FieldInvalid

_NOTHING = {"/", "／", "-", "—", "——", "－", "－－", "--", "无", "暂无", "空"}


def is_empty(known: Field | None, raw: Any) -> bool:
    """Whether a cell says nothing. 无 is an answer where it can be chosen."""
    if raw is None:
        return True
    if not isinstance(raw, str) or raw not in _NOTHING:
        return False
    return known is None or (raw not in known.choices and known.type != "boolean")


def value_of_cell(reader: Reader, known: Field, raw: Any) -> tuple[Any, str]:
    """(value, ""), or (None, the sentence)."""
    if known.type in ("place", "post", "entry"):
        return _named(reader, known, str(raw).strip())
    try:
        return known.parse(raw), ""
    except FieldInvalid as error:
        return None, str(error)


def _named(reader: Reader, known: Field, text: str) -> tuple[Any, str]:
    if known.type == "place":
        place = reader.places.find(Told(whole=text))
        return (place.place.pk, "") if place.place else (None, place.says)
    if known.type == "post":
        code = reader.posts().get(text)
        return (code, "") if code else (None, f"{known.label}没有“{text}”这个岗位，请核对。")
    hit = reader.finder(known.of or "").find({"": text}, None)
    return (hit.entry.pk.hex, "") if hit.entry else (None, hit.says)
