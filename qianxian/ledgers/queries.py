"""Reads of ledgers that join several tables: counts a ledger, attestation month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import Count, Q

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Holding, Place, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.ledgers.attestation import is_attested
from qianxian.ledgers.models import Attestation, Entry
from qianxian.ledgers.search import readable
from qianxian_figures import Period
from qianxian_packs import Ledger, Line


def acting_post(user: User, permission: Permission, *, line: str, place: Place, on: date) -> str:
    """Code of the post in which the user does this: the one whose grant allows it; else none."""
    roles = [key for key, role in ROLES.items() if permission in role.permissions]
    held = (
        # One filter, so that role and line are those of the same grant.
        Holding.objects.filter(
            user=user,
            valid_from__lte=on,
            post__grants__role__in=roles,
            post__grants__line__in=["", line],
        )
        .exclude(valid_to__lt=on)
        .order_by("rank", "post__code")
        .values_list("post_id", "post__grants__place__path")
    )
    return next((post for post, path in held if place.path.startswith(path)), "")


@dataclass(frozen=True, slots=True)
class LedgerCount:
    """A ledger on the index: how much is in it, and how many of my villages gave their word."""

    ledger: Ledger
    count: int
    open_matters: int
    may_record: bool
    attested: int | None
    villages: int


@dataclass(frozen=True, slots=True)
class LineCounts:
    line: Line
    ledgers: list[LedgerCount]


def index(
    user: User, on: date, month: Period, *, place: Place | None = None
) -> tuple[list[LineCounts], list[LedgerCount]]:
    """Ledgers by line, and the registers apart, of what the user may read (below `place`)."""
    told = _counts(user, on, place)
    attested = _attested_villages(user, on, month, place)
    may_record = {r.line for r in gate.reaches(user, Permission.ENTRY_EDIT, on)}
    counted = [
        LedgerCount(
            ledger,
            *told.get(ledger.id, (0, 0)),
            bool(may_record & {"", ledger.line}) and not ledger.archived,
            *attested.get(ledger.id, (None, 0)),
        )
        for ledger in readable(user, on)
    ]
    registers = [c for c in counted if c.ledger.is_register]
    lines = sorted(catalogue().lines.values(), key=lambda line: (line.order, line.id))
    by_line = [
        LineCounts(line, [c for c in counted if c.ledger.line == line.id and c not in registers])
        for line in lines
    ]
    return [group for group in by_line if group.ledgers], registers


def _counts(user: User, on: date, place: Place | None) -> dict[str, tuple[int, int]]:
    """Ledger → (entries, of them matters that wait for a post)."""
    rows = Entry.objects.visible_to(user, on).present()
    if place:
        rows = rows.filter(place__in=Place.objects.within(place.path).values("code"))
    counted = (
        rows.order_by()
        .values("ledger")
        .annotate(count=Count("pk"), waiting=Count("pk", filter=Q(post__isnull=False)))
        .values_list("ledger", "count", "waiting")
    )
    return {ledger: (count, waiting) for ledger, count, waiting in counted}


def villages_of(
    user: User, permission: Permission, on: date, *, place: Place | None = None
) -> dict[str, list[Place]]:
    """Line ("" for every line) → the standing villages in the user's reach, in official order."""
    rows = Place.objects.filter(level=Place.Level.VILLAGE).valid_on(on)
    if place:
        rows = rows.within(place.path)
    villages = list(rows.select_related("parent").order_by("code"))
    found: dict[str, list[Place]] = {}
    for reach in gate.reaches(user, permission, on):
        own = found.setdefault(reach.line, [])
        own.extend(v for v in villages if v.path.startswith(reach.path) and v not in own)
    return found


def _of_line(villages: dict[str, list[Place]], line: str) -> list[Place]:
    both = {v.code: v for v in (*villages.get("", ()), *villages.get(line, ()))}
    return [both[code] for code in sorted(both)]


def _attested_villages(
    user: User, on: date, month: Period, place: Place | None
) -> dict[str, tuple[int, int]]:
    """Ledger → (villages that reported complete, villages), where villages report at all."""
    villages = villages_of(user, Permission.ENTRY_VIEW, on, place=place)
    rows = Attestation.objects.standing().filter(start__lte=month.start, end__gte=month.end)
    told = set(rows.values_list("ledger", "place_id"))
    found = {}
    for ledger in catalogue().ledgers.values():
        if is_attested(ledger):
            own = _of_line(villages, ledger.line)
            found[ledger.id] = (sum((ledger.id, v.code) in told for v in own), len(own))
    return found


# ---- attestation, period by period ----

Mark = Literal["checked", "attested", "returned", "due", "running"]


@dataclass(frozen=True, slots=True)
class Square:
    """Where one village stands with one ledger for one period."""

    ledger: Ledger
    village: Place
    period: Period
    mark: Mark
    attestation: Attestation | None = None
    count: int = 0

    @property
    def is_zero(self) -> bool:
        return self.attestation is not None and self.attestation.is_zero


def period_at(ledger: Ledger, day: date) -> Period:
    """The period of the ledger that holds this day: its own kind, else the month."""
    quarter = (day.month - 1) // 3 + 1
    forms = {"quarter": f"{day.year}-Q{quarter}", "year": f"{day.year}"}
    return Period.of(forms.get(ledger.period or "", f"{day.year}-{day.month:02}"))


def last_month(on: date) -> Period:
    """The month that was over last; on its last day a month counts as over."""
    tomorrow = on + timedelta(days=1)
    last = tomorrow.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def months_before(month: Period, number: int) -> list[Period]:
    """`number` months up to this one, oldest first."""
    found = [month]
    while len(found) < number:
        last = found[0].start - timedelta(days=1)
        found.insert(0, Period(last.replace(day=1), last))
    return found


def attested_ledgers(user: User, permission: Permission, on: date) -> list[Ledger]:
    """Ledgers for which the user may give a word, or check one, somewhere."""
    lines = {reach.line for reach in gate.reaches(user, permission, on)}
    return [
        ledger
        for ledger in catalogue().ledgers.values()
        if is_attested(ledger) and ("" in lines or ledger.line in lines)
    ]


def squares(
    ledgers: Sequence[Ledger],
    villages: dict[str, list[Place]],
    months: Sequence[Period],
    on: date,
) -> dict[tuple[str, str, date], Square]:
    """(ledger, village, first day of the month) → where it stands. Four queries, however many."""
    start, end = months[0].start, months[-1].end
    codes = {v.code for own in villages.values() for v in own}
    standing = _attestations(codes, start, end)
    counts = _entry_counts([ledger.id for ledger in ledgers], codes, start, end)
    found = {}
    for ledger in ledgers:
        for village in _of_line(villages, ledger.line):
            for month in months:
                period = period_at(ledger, month.start)
                known = standing.get((ledger.id, village.code, period.start, period.end))
                count = sum(
                    n
                    for key, n in counts.get((ledger.id, village.code), {}).items()
                    if key in period
                )
                square = Square(ledger, village, period, _mark(known, period, on), known, count)
                found[ledger.id, village.code, month.start] = square
    return found


def _mark(known: Attestation | None, period: Period, on: date) -> Mark:
    if known is None:
        return "due" if period.end <= on else "running"
    if known.returned_at:
        return "returned"
    return "checked" if known.checked_at else "attested"


_AttestationKey = tuple[str, str, date, date]


def _attestations(codes: set[str], start: date, end: date) -> dict[_AttestationKey, Attestation]:
    """The newest word of each village, ledger and period: a standing one is always the newest."""
    rows = Attestation.objects.filter(start__lte=end, end__gte=start).order_by("attested_at", "id")
    return {
        (row.ledger, row.place_id, row.start, row.end): row for row in rows if row.place_id in codes
    }


def _entry_counts(
    ledgers: Sequence[str], codes: set[str], start: date, end: date
) -> dict[tuple[str, str], dict[date, int]]:
    """(ledger, village) → day → entries, groups counted under their village."""
    year = (start.replace(month=1, day=1), end.replace(month=12, day=31))
    rows = (
        Entry.objects.present()
        .filter(ledger__in=ledgers, on__range=year)
        .order_by()
        .values_list("ledger", "place__path", "on")
        .annotate(count=Count("pk"))
    )
    found: dict[tuple[str, str], dict[date, int]] = {}
    for ledger, path, on, count in rows:
        for code in codes.intersection(path.rstrip("/").split("/")):
            days = found.setdefault((ledger, code), {})
            days[on] = days.get(on, 0) + count
    return found
