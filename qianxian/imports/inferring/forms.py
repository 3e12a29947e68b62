"""What a page of a design sends, as a design. Nothing is judged here: `faults` does that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from qianxian.imports.inferring.design import CHOSEN, LEVELS, PLACES, TYPES, Design, DesignField
from qianxian.imports.inferring.naming import field_name
from qianxian.imports.inferring.planning import Mapped
from qianxian_tables import ROW_KINDS, SheetLayout

_LONGEST = 60
_LONGEST_TEXT = 200
_MOST_COLUMNS = 120
_BETWEEN = re.compile(r"[\r\n]+|[、；;]")


def design_of_post(post: QueryDict, base: Design) -> Design:
    """The design with what was typed. Columns keep their source and their id."""
    known = list(base.columns)
    count = min(_number(post.get("count")), _MOST_COLUMNS)
    known += [DesignField() for _ in range(count - len(known))]
    columns: list[DesignField] = []
    names = {column.name for column in known if column.name}
    for n, column in enumerate(known):
        fresh = _column(post, f"c{n}-", column)
        if not fresh.name and fresh.label:
            fresh = replace(fresh, name=field_name(fresh.label, names))
            names.add(fresh.name)
        # A line that was added and left empty is none.
        if fresh.name:
            columns.append(fresh)
    return replace(
        base,
        name=_text(post, "name"),
        line=_text(post, "line") or base.line,
        basis=_text(post, "basis", _LONGEST_TEXT),
        place=_one_of(post.get("place"), LEVELS, base.place),
        date=_text(post, "date"),
        title=_text(post, "title"),
        key=_text(post, "key"),
        is_key_by_place="key_by_place" in post,
        is_never="never" in post,
        columns=tuple(columns),
    )


def _column(post: QueryDict, prefix: str, old: DesignField) -> DesignField:
    if f"{prefix}kind" not in post:
        return old
    kind = post.get(f"{prefix}kind", "")
    kind = kind if kind in TYPES or kind in PLACES else ""
    choices = [part.strip() for part in _BETWEEN.split(post.get(f"{prefix}choices", ""))]
    return replace(
        old,
        kind=kind,
        label=_text(post, f"{prefix}label"),
        unit=_text(post, f"{prefix}unit"),
        choices=tuple(choice[:_LONGEST] for choice in choices if choice) if kind in CHOSEN else (),
        required=f"{prefix}required" in post,
        private=f"{prefix}private" in post,
        public_because=_text(post, f"{prefix}public", _LONGEST_TEXT),
        help=_text(post, f"{prefix}help", _LONGEST_TEXT) if f"{prefix}help" in post else old.help,
    )


def _text(post: QueryDict, key: str, longest: int = _LONGEST) -> str:
    return " ".join(post.get(key, "").split())[:longest]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _one_of(text: str | None, allowed: Mapping[str, str], otherwise: str) -> str:
    return text if text and text in allowed else otherwise


@dataclass(frozen=True, slots=True)
class Change:
    """What the page of an existing ledger sends beside its design."""

    base: str
    retired: tuple[str, ...]
    back: tuple[str, ...]
    mapped: Mapped


def change_of_post(post: QueryDict) -> Change:
    """`retire` and `back` are names of fields; `map:<field>:<choice>` says what it becomes."""
    mapped: dict[str, dict[str, str]] = {}
    for key, value in post.items():
        kind, _, rest = key.partition(":")
        name, _, choice = rest.partition(":")
        if kind == "map" and name and value:
            mapped.setdefault(name, {})[choice] = str(value)
    return Change(
        post.get("base", ""), tuple(post.getlist("retire")), tuple(post.getlist("back")), mapped
    )


def layout_of_post(post: QueryDict, sheets: list[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of sheets and rows, as it is stored. Only what was said is kept."""
    found: dict[str, Any] = {}
    for n, name in enumerate(sheets):
        prefix = f"s{n}-"
        old = SheetLayout.from_json(known[name]) if name in known else SheetLayout()
        used = {"yes": True, "no": False}.get(post.get(f"{prefix}used", ""))
        header = (_number(post.get(f"{prefix}first")), _number(post.get(f"{prefix}last")))
        if post.get(f"{prefix}asked") == "-".join(map(str, header)):
            header = old.header
        rows = {**old.rows, **_rows(post, prefix)}
        if used is not None or header[0] or rows:
            found[name] = SheetLayout(used, header, rows).to_json()
    return found


def _rows(post: QueryDict, prefix: str) -> dict[int, str]:
    """`s0-r15=total` where it differs from what it was taken for; and one row typed by number."""
    found: dict[int, str] = {}
    for key, value in post.items():
        number = _number(key.removeprefix(f"{prefix}r")) if key.startswith(f"{prefix}r") else 0
        kind, _, was = str(value).partition("|")
        if number and kind in ROW_KINDS and kind != was:
            found[number] = kind
    number = _number(post.get(f"{prefix}number"))
    if number and post.get(f"{prefix}number_kind", "") in ROW_KINDS:
        found[number] = post.get(f"{prefix}number_kind", "")
    return found
