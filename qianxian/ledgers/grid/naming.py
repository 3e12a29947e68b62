"""From what a clerk writes in a cell to the entry of a register: by number, or by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import candidates
from qianxian_packs import Ledger

# More of the same name than this are told apart by their number anyway.
_LOOKED_AT = 50
_TOLD = 3


def named(
    register: Ledger, text: str, *, user: User, on: date, near: Place | None
) -> tuple[Entry | None, str]:
    """The one entry that is called exactly so, or the sentence that says why there is not one.

    `near` is the place of the row: of two with the same name the one that lives there is meant.
    """
    found = candidates(register, text, user=user, on=on, limit=_LOOKED_AT)
    exact = [entry for entry in found if _plain(text) in _names(register, entry)]
    here = [entry for entry in exact if near is None or _lies_with(entry.place, near)]
    if len(here) == 1:
        return here[0], ""
    if len(here) > 1:
        return None, f"叫“{text}”的有 {len(here)} 个：{_titles(here)}。请从提示里选一个。"
    if exact:
        return None, f"{near}没有“{text}”，别处有：{_titles(exact)}。请核对地方，或者从提示里选。"
    if found:
        return None, f"{register.name}里没有“{text}”，像的有：{_titles(found)}。请从提示里选一个。"
    return None, f"{register.name}里没有“{text}”，或者不归你的岗位看。先记进底册，再记这一行。"


def _names(register: Ledger, entry: Entry) -> set[str]:
    """Its title, and each field by which the register tells its entries."""
    ways = [*(n for n in register.key if "number" in register.find_by)]
    ways += [n for n in register.title if "name" in register.find_by]
    return {_plain(entry.title), *(_plain(entry.data.get(name, "")) for name in ways)} - {""}


def _titles(entries: Iterable[Entry]) -> str:
    listed = list(entries)
    told = "、".join(entry.title for entry in listed[:_TOLD])
    return f"{told}等" if len(listed) > _TOLD else told


def _lies_with(one: Place, other: Place) -> bool:
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def _plain(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).split())
