"""Choosing an entry of a register by typing: a search box and what it found, as large choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import candidates, full_name
from qianxian_packs import Ledger


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that fits. `taken` is what the ledger has of it already, where only one may be."""

    entry: Entry
    place: str
    taken: Entry | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """One choice of an entry, as the page shows it. The choice travels as `name`."""

    name: str
    bound: BoundField
    search: BoundField
    register: Ledger
    url: str
    found: list[Candidate]
    text: str


def register_of(ledger: Ledger, name: str) -> Ledger | None:
    """The register that `subject`, or a field of type entry, chooses from."""
    field = ledger.by_name.get(name)
    register = ledger.subject if name == "subject" else field.of if field else None
    return catalogue().ledgers.get(register or "")


def picker(form: Any, name: str, chosen: str | None, text: str | None) -> Picker:
    register = register_of(form.ledger, name)
    assert register is not None  # noqa: S101  the form makes pickers for registers only
    return Picker(
        name=name,
        bound=form[name],
        search=form[f"{name}_search"],
        register=register,
        url=reverse("ledgers:candidates", args=[form.ledger.id, name]),
        found=found(
            form.ledger, name, user=form.user, on=form.on, text=text or "", chosen=chosen or ""
        ),
        text=text or "",
    )


def found(
    ledger: Ledger, name: str, *, user: User, on: date, text: str, chosen: str = ""
) -> list[Candidate]:
    """The chosen one first, then whatever the words find. All through the gate."""
    register = register_of(ledger, name)
    if register is None:
        return []
    first = Sight(user, on).entry(register.id, chosen) if chosen else None
    others = candidates(register, text, user=user, on=on)
    rows = [*([first] if first else []), *(e for e in others if first is None or e.pk != first.pk)]
    taken = _taken(ledger, rows) if name == "subject" else {}
    return [
        Candidate(
            row, full_name(row.place), taken.get(row.pk), first is not None and row.pk == first.pk
        )
        for row in rows
    ]


def _taken(ledger: Ledger, rows: list[Entry]) -> dict[Any, Entry]:
    if ledger.key != ("subject",):
        return {}
    standing = Entry.objects.present().filter(ledger=ledger.id, subject__in=[r.pk for r in rows])
    return {entry.subject_id: entry for entry in standing}
