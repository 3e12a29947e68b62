"""Texts of header cells → name, unit, whether a value is required."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qianxian_tables._words import compact, is_unit

_REQUIRED = re.compile(r"[*＊★]|[(（\[【]\s*必填(?:项)?\s*[)）\]】]")
_BRACKET = re.compile(
    r"(.+?)[(（\[【〔]\s*(?:单位\s*[:：]?)?\s*([^()（）\[\]【】〔〕]+?)\s*[)）\]】〕]"
)
_BEHIND = re.compile(r"(.+?)(?:[/／:：,，]|单位[:：])\s*(?:单位\s*[:：]?)?\s*([^/／:：,，]{1,8})")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of one sheet.

    `name` leaves a unit out and `full_name` keeps it: whether a bracket is a unit (面积（亩）) or
    a word (地点（村）) is only known when the values have been seen.
    """

    column: int
    name: str
    full_name: str
    unit: str | None = None
    is_required: bool = False

    @property
    def last(self) -> str:
        """The part nearest to the values."""
        return self.name.rpartition("/")[2]


def heading(column: int, parts: Sequence[str], unit: str | None = None) -> Heading:
    """From header cells, the top one first. `unit` is what a row of units says."""
    is_required = any(_REQUIRED.search(part) for part in parts)
    names: list[str] = []
    full_names: list[str] = []
    inherited = None
    for part in parts:
        name, own = split_unit(part)
        inherited = own or inherited
        full = _tidy(part)
        if name and (not names or names[-1] != name):
            names.append(name)
            full_names.append(full)
    return Heading(column, "/".join(names), "/".join(full_names), unit or inherited, is_required)


def split_unit(text: str) -> tuple[str, str | None]:
    """播种面积（亩） → 播种面积, 亩; 主要风险（可多选） stays whole."""
    plain = _tidy(text)
    for pattern in (_BRACKET, _BEHIND):
        found = pattern.fullmatch(plain)
        if found and is_unit(found[2]):
            return found[1], compact_unit(found[2])
    return plain, None


def compact_unit(text: str) -> str:
    plain = re.sub(r"\s+", "", text)
    return plain.strip("()（）[]【】〔〕").removeprefix("单位").lstrip(":：")


def _tidy(text: str) -> str:
    plain = re.sub(r"\s+", "", _REQUIRED.sub("", text))
    return plain.strip(":：")


def label_key(name: str) -> str:
    """A name for comparing: no spaces, no full-width signs, no brackets at the end."""
    return compact(name).lower()
