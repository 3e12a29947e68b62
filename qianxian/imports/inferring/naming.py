"""Ids of ledgers, fields and indicators out of what people call them: pinyin, plain ASCII."""

from __future__ import annotations

import re
from collections.abc import Collection

from pypinyin import lazy_pinyin

from qianxian_packs import RESERVED

# Marks what a site made, so that no pack that comes later has the same id.
OWN = "own_"
_LONGEST = 36
_PLAIN = re.compile(r"[a-z0-9]+")


def _syllables(label: str) -> list[str]:
    return [part for word in lazy_pinyin(label) for part in _PLAIN.findall(word.lower())]


def pinyin(label: str, *, longest: int = _LONGEST) -> str:
    """`建设日期` → `jian_she_ri_qi`, cut between syllables; `lan` where nothing can be said."""
    found = ""
    for part in _syllables(label):
        longer = f"{found}_{part}" if found else part
        if len(longer) > longest:
            break
        found = longer
    if not found:
        return "lan"
    return found if found[0].isalpha() else f"lan_{found}"[:longest]


def field_name(label: str, taken: Collection[str]) -> str:
    """An id of a field that no other field of the ledger has."""
    return _free(pinyin(label), frozenset(taken) | RESERVED)


def own_id(name: str, taken: Collection[str]) -> str:
    """An id of a ledger or indicator of the site that nothing else has."""
    stem = re.sub(r"(台账|底册|登记表|登记册|登记簿|统计表|花名册|一览表|表|册)$", "", name) or name
    return _free(OWN + pinyin(stem, longest=_LONGEST - len(OWN)), frozenset(taken))


def _free(stem: str, taken: Collection[str]) -> str:
    if stem not in taken:
        return stem
    number = 2
    while f"{stem[: _LONGEST - 3]}_{number}" in taken:
        number += 1
    return f"{stem[: _LONGEST - 3]}_{number}"
