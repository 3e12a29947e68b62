"""From stored entries to what the reader knows: things of registers, open matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qianxian.core.definitions import catalogue, once_per_catalogue
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, Ledger
from qianxian_reader.jot import Case, Thing

# Choice fields that say what sort of thing an entry of a register is, and of what sex a person.
_KIND, _SEX, _RELATION = "kind", "sex", "relation"


@dataclass(frozen=True, slots=True)
class Tie:
    """A ledger whose entries tie a person to a household for a time."""

    ledger: str
    member: str
    relation: str
    to: str


@once_per_catalogue
def registers() -> Mapping[str, Ledger]:
    """Registers whose entries may be found by a name. Others are never searched for people."""
    return {
        ledger.id: ledger
        for ledger in catalogue().ledgers.values()
        if ledger.is_register and ledger.profile != "never" and "name" in ledger.find_by
    }


@once_per_catalogue
def flow_ledgers() -> Mapping[str, Ledger]:
    return {ledger.id: ledger for ledger in catalogue().ledgers.values() if ledger.flow}


@once_per_catalogue
def ties() -> Mapping[str, Tie]:
    found = {}
    for ledger in catalogue().ledgers.values():
        if ledger.span is None or ledger.subject not in registers():
            continue
        member = ledger.by_name.get(ledger.span.of[0])
        if member and member.type == "entry" and member.of in registers():
            relation = _RELATION if _RELATION in ledger.by_name else ""
            found[ledger.id] = Tie(ledger.id, member.name, relation, ledger.span.to)
    return found


def thing_of(entry: Entry, home: str, relation: str) -> Thing:
    register = registers()[entry.ledger]
    named = [name for name in register.title if name not in register.key] or list(register.title)
    numbers = [n for n in register.title if n in register.key and n not in named]
    names = [str(entry.data[name]) for name in named if entry.data.get(name)]
    is_number_shown = "number" in register.find_by
    return Thing(
        id=str(entry.pk),
        register=register.id,
        names=tuple(names),
        place=entry.place_id,
        kind=str(entry.data.get(_KIND) or "") if not register.holds_people else "",
        number=str(entry.data.get(numbers[0]) or "") if numbers and is_number_shown else "",
        is_person=register.holds_people,
        home=home,
        relation=relation,
        sex=str(entry.data.get(_SEX) or "") if register.holds_people else "",
    )


def case_of(entry: Entry) -> Case | None:
    """The matter, where it is open and may be looked for."""
    ledger = flow_ledgers()[entry.ledger]
    flow = catalogue().flows[ledger.flow or ""]
    state = flow.states.get(entry.state)
    if state is None or state.kind != "open":
        return None
    pointed = [str(entry.data[f.name]) for f in ledger.fields if _points(f, entry)]
    things = [str(entry.subject_id)] if entry.subject_id else pointed
    texts = (entry.data.get(f.name) for f in ledger.fields if f.type == "text" and not f.private)
    return Case(
        str(entry.pk),
        ledger.id,
        entry.state,
        entry.place_id,
        tuple(things),
        " ".join(str(text) for text in texts if text),
    )


def _points(field: Field, entry: Entry) -> bool:
    return field.type == "entry" and field.of in registers() and bool(entry.data.get(field.name))
