"""One read for the whole page: whatever the household has, the database is asked as often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.definitions import catalogue, ledgers_by_line
from qianxian.core.gate import Reach
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.checks import has_ended
from qianxian.ledgers.household.names import MEMBERSHIP, MONITORING, OWN
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian_packs import Ledger

# Of a ledger with a part of its own so many are read; of any other the last few.
KEPT = 200
LAST = 3


class Reader:
    """Who reads, and where they may read, record and uncover: asked of the gate once."""

    def __init__(self, user: User, now: datetime) -> None:
        self.user, self.now = user, now
        self.on: date = timezone.localdate(now)
        self._reach = {
            wanted: gate.reaches(user, wanted, self.on)
            for wanted in (Permission.ENTRY_VIEW, Permission.ENTRY_EDIT, Permission.PRIVATE_READ)
        }

    def _may(self, wanted: Permission, ledger: Ledger, place: Place) -> bool:
        return any(reach.covers(ledger.line, place.path) for reach in self._reach[wanted])

    def sees(self, ledger: Ledger, place: Place) -> bool:
        return self._may(Permission.ENTRY_VIEW, ledger, place)

    def records(self, ledger: Ledger, place: Place) -> bool:
        return self._may(Permission.ENTRY_EDIT, ledger, place)

    def uncovers(self, ledger: Ledger, place: Place) -> bool:
        return self._may(Permission.PRIVATE_READ, ledger, place)

    def entries(self) -> EntryQuerySet:
        """What `visible_to` gives, without asking the gate again."""
        found: tuple[Reach, ...] = self._reach[Permission.ENTRY_VIEW]
        return Entry.objects.filter(
            gate.places_filter(found, lines=ledgers_by_line(), field="ledger")
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one ledger holds about the household, newest first: some of `total`."""

    ledger: Ledger
    rows: tuple[Entry, ...] = ()
    total: int = 0


class Home:
    """A household with everything that this reader may see about it."""

    def __init__(self, household: Entry, reader: Reader) -> None:
        self.household, self.reader = household, reader
        self.recorded = _recorded(household, reader)
        self.residents = _residents(self.of(MEMBERSHIP), reader)

    def of(self, ledger: str) -> tuple[Entry, ...]:
        found = self.recorded.get(ledger)
        return found.rows if found else ()

    def shows(self, ledger: str) -> bool:
        """Whether the page has this part for this reader, also where nothing is in it yet."""
        return ledger in self.recorded

    def may_record(self, ledger: str) -> bool:
        known = catalogue().ledgers.get(ledger)
        household = self.household
        return (
            known is not None
            and not household.deleted
            and self.reader.records(known, household.place)
        )

    @cached_property
    def monitoring(self) -> Entry | None:
        """The time that it is monitored for now, else the last one."""
        rows = self.of(MONITORING)
        return next((row for row in rows if not has_ended(row)), rows[0] if rows else None)

    @property
    def others(self) -> list[Recorded]:
        """What is recorded in ledgers without a part of their own."""
        return [r for name, r in self.recorded.items() if name not in OWN and r.total]


def _recorded(household: Entry, reader: Reader) -> Mapping[str, Recorded]:
    """Ledger → what it holds. The ledgers come from the definitions, so that one that is kept
    away from pages about people is not even asked for."""
    ledgers = [
        ledger
        for ledger in catalogue().ledgers.values()
        if ledger.profile == "shown" and ledger.subject == household.ledger
    ]
    rows: dict[str, list[Entry]] = {}
    for row in _rows(household, reader, [ledger.id for ledger in ledgers]):
        rows.setdefault(row.ledger, []).append(row)
    return {
        ledger.id: _of(ledger, rows.get(ledger.id, []))
        for ledger in ledgers
        if ledger.id in rows or reader.sees(ledger, household.place)
    }


def _of(ledger: Ledger, rows: list[Entry]) -> Recorded:
    # An annotation of the query, which no model knows.
    return Recorded(ledger, tuple(rows), vars(rows[0])["total"] if rows else 0)


def _rows(household: Entry, reader: Reader, ledgers: Iterable[str]) -> Iterable[Entry]:
    newest = [F("on").desc(nulls_last=True), F("changed_at").desc(), F("id").asc()]
    return (
        reader.entries()
        .present()
        .filter(subject=household, ledger__in=list(ledgers))
        .annotate(
            nth=Window(RowNumber(), partition_by="ledger", order_by=newest),
            total=Window(Count("pk"), partition_by="ledger"),
        )
        .filter(Q(nth__lte=LAST) | Q(ledger__in=OWN, nth__lte=KEPT))
        .select_related("place__parent", "post__office")
        .order_by("ledger", "nth")
    )


def _residents(memberships: Iterable[Entry], reader: Reader) -> Mapping[str, Entry]:
    """Key → the resident, of those that this reader may see."""
    keys = {str(row.data["resident"]) for row in memberships if row.data.get("resident")}
    if not keys:
        return {}
    found = reader.entries().filter(pk__in=[UUID(key) for key in keys]).select_related("place")
    return {str(entry.pk): entry for entry in found}
