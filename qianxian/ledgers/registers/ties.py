"""Dated ties that hang on an entry of a register: in which household a person is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.lookups import Exact

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.ledgers.conditions import FieldText, in_ledger
from qianxian.ledgers.corrections import prepare_correction
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian_packs import Ledger, Span

_OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Tying:
    """A ledger of ties, and the column in which it names an entry of a register."""

    ledger: Ledger
    span: Span
    column: str

    def naming(self, entry: Entry) -> Q:
        """The rows of the ledger that name this entry."""
        if self.column == "subject":
            return Q(in_ledger(self.ledger.id), subject=entry)
        return in_ledger(self.ledger.id) & Q(Exact(FieldText(self.column), Value(str(entry.pk))))


def tying(register: str) -> Iterator[Tying]:
    for ledger in catalogue().ledgers.values():
        if ledger.span is None:
            continue
        if ledger.subject == register:
            yield Tying(ledger, ledger.span, "subject")
        for name in ledger.span.of:
            field = ledger.by_name.get(name)
            if field is not None and field.of == register:
                yield Tying(ledger, ledger.span, name)


def open_ties(entry: Entry, *, column: str = "") -> list[Entry]:
    """Ties of this entry that still stand, whoever may see them; of one column or of any."""
    found: list[Entry] = []
    for each in tying(entry.ledger):
        if column in ("", each.column):
            rows = Entry.objects.present().filter(each.naming(entry))
            found += [
                row
                for row in rows.select_related("place", "subject").order_by("on", "id")
                if not row.data.get(each.span.to)
            ]
    return found


def tied(ties: Iterable[Entry]) -> dict[UUID, UUID]:
    """Tie → what its field ties: the person of each membership."""
    found: dict[UUID, UUID] = {}
    for tie in ties:
        span = tie.definition.span
        names = [n for n in span.of if n != "subject"] if span else []
        if names and tie.data.get(names[0]):
            found[tie.pk] = UUID(str(tie.data[names[0]]))
    return found


def closed(tie: Entry, on: date, why: str, *, by: User, at: datetime) -> EntryState:
    """The state of a tie that ends on this day, for the nearest of the reasons that it knows.

    Raises what a correction raises: the tie may not be this person's to change.
    """
    span = tie.definition.span
    assert span is not None  # noqa: S101  ties come from `open_ties`
    changed = {span.to: on.isoformat()}
    if span.why:
        changed[span.why] = nearest(why, tie.definition.by_name[span.why].choices)
    return prepare_correction(entry=tie, values_changed=changed, version=tie.version, by=by, at=at)


def nearest(why: str, choices: Iterable[str]) -> str:
    """整户迁出 is 迁出 for each of its members; what no choice says is 其他."""
    listed = list(choices)
    alike = next((each for each in listed if each in why or why in each), None)
    return alike or (_OTHER if _OTHER in listed or not listed else listed[-1])
