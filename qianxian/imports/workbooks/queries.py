"""What pages of workbooks show: what went out and what came back, and a diff with its choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.imports.workbooks.diff import Diff, FieldDiff, Kind, RowDiff
from qianxian.imports.workbooks.models import Handback, Workbook
from qianxian.imports.workbooks.sending import villages_for
from qianxian.imports.workbooks.taking import Choices
from qianxian.ledgers.search import readable
from qianxian_packs import Ledger

_LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SendTo:
    """A ledger that can go out, and to how many villages."""

    ledger: Ledger
    villages: int


def ledgers_to_send(user: User, on: date) -> list[SendTo]:
    counted = (SendTo(ledger, len(villages_for(user, ledger, on))) for ledger in readable(user, on))
    return [one for one in counted if one.villages]


@dataclass(frozen=True, slots=True)
class Trip:
    """The last workbook of a village and ledger, with what came back of it."""

    workbook: Workbook
    handback: Handback | None

    @property
    def is_out(self) -> bool:
        return self.handback is None


@dataclass(frozen=True, slots=True)
class LedgerTrips:
    """One ledger: each village's last workbook, those that are still out first."""

    ledger: Ledger
    trips: tuple[Trip, ...]

    @property
    def out(self) -> list[Trip]:
        return [trip for trip in self.trips if trip.is_out]

    @property
    def names(self) -> str:
        return "、".join(str(trip.workbook.village) for trip in self.out)


def trips(user: User, on: date) -> list[LedgerTrips]:
    """Who has not returned. Only the last workbook of a village counts."""
    rows = (
        Workbook.objects.open_to(user, on)
        .filter(at__date__gte=on - _LOOK_BACK, ledger__in=catalogue().ledgers)
        .select_related("village", "by")
        .defer("rows")
    )
    last: dict[tuple[str, str], Workbook] = {}
    for row in rows:
        last.setdefault((row.ledger, row.village_id), row)
    came = _handbacks(last.values())
    grouped: dict[str, list[Trip]] = {}
    for (ledger, _), book in sorted(last.items()):
        grouped.setdefault(ledger, []).append(Trip(book, came.get(book.pk)))
    return [
        LedgerTrips(
            catalogue().ledgers[ledger], tuple(sorted(own, key=lambda trip: not trip.is_out))
        )
        for ledger, own in grouped.items()
    ]


def _handbacks(books: Iterable[Workbook]) -> dict[int, Handback]:
    rows = (
        Handback.objects.filter(workbook__in=[book.pk for book in books])
        .exclude(state=Handback.State.DROPPED)
        .select_related("by")
        .defer("sealed")
        .order_by("at", "pk")
    )
    return {row.workbook_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class VillageChoice:
    """A village on the page from which workbooks go out, with what is out already."""

    village: Place
    sent: Workbook | None


def village_choices(user: User, ledger: Ledger, on: date) -> list[VillageChoice]:
    sent = {
        trip.workbook.village_id: trip.workbook
        for group in trips(user, on)
        if group.ledger.id == ledger.id
        for trip in group.out
    }
    return [VillageChoice(v, sent.get(v.pk)) for v in villages_for(user, ledger, on)]


# ---- the diff page ----


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field that differs, with its name in the form and what is chosen."""

    one: FieldDiff
    name: str
    is_chosen: bool
    side: str

    @property
    def is_conflict(self) -> bool:
        return self.one.kind is Kind.CONFLICT

    @property
    def is_cleared(self) -> bool:
        return self.one.kind is Kind.CLEARED


@dataclass(frozen=True, slots=True)
class RowView:
    row: RowDiff
    fields: tuple[FieldView, ...]
    leaves_row: bool
    leaves_step: bool


def row_views(diff: Diff, choices: Choices) -> list[RowView]:
    """Rows that ask something come first, then those with faults, then the rest."""

    def rank(row: RowDiff) -> tuple[bool, bool, int]:
        is_shut = bool(row.faults or (row.step and row.step.faults))
        return not row.conflicts, not is_shut, row.number

    return [_view(row, choices) for row in sorted(diff.rows, key=rank)]


def _view(row: RowDiff, choices: Choices) -> RowView:
    shown: Sequence[FieldDiff] = () if row.is_left else row.fields
    return RowView(
        row,
        tuple(_field(row, one, choices) for one in shown),
        not choices.takes_row(row),
        not choices.takes_step(row),
    )


def _field(row: RowDiff, one: FieldDiff, choices: Choices) -> FieldView:
    name = f"{row.id}:{one.name}"
    chosen = choices.clear if one.kind is Kind.CLEARED else choices.leave
    return FieldView(one, name, name in chosen, choices.side.get(name, ""))
