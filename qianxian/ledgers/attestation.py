"""报齐 → 镇核 → lock: a village's word that a ledger is complete for a period.

Attested again after a return, the village gets a new row; the returned one stays.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from django.db import IntegrityError, transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor, Change, record
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place, Revision, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.models import Attestation, Entry
from qianxian_figures import Period
from qianxian_packs import Ledger


def is_locked(ledger: str, place: Place, on: date | None) -> bool:
    """Whether this day of this village was checked and locked by the township."""
    if on is None:
        return False
    covering = Attestation.objects.covering(ledger, on, on).locked()
    return covering.filter(place__in=place.ancestor_codes()).exists()


class Locks:
    """The locked periods of a ledger, read once for many rows."""

    def __init__(self, ledger: str) -> None:
        rows = Attestation.objects.filter(ledger=ledger).locked()
        self._spans: dict[str, list[tuple[date, date]]] = {}
        for place, start, end in rows.values_list("place_id", "start", "end"):
            self._spans.setdefault(place, []).append((start, end))

    def cover(self, place: Place, on: date | None) -> bool:
        """What `is_locked` says of this day of this place."""
        if on is None or not self._spans:
            return False
        return any(
            start <= on <= end
            for code in place.ancestor_codes()
            for start, end in self._spans.get(code, ())
        )


def is_attested(ledger: Ledger) -> bool:
    """Whether villages give their word on this ledger: it has periods, and villages keep it."""
    is_kept = not ledger.is_register and not ledger.archived
    return is_kept and bool(ledger.date) and ledger.place in ("village", "group")


@transaction.atomic
def attest(
    *,
    ledger: Ledger,
    village: Place,
    period: Period,
    by: User,
    at: datetime,
    is_zero: bool = False,
    post: str = "",
) -> Attestation:
    """The village says that everything of the period is in; `is_zero`: that there was nothing.

    Raises UserError where entries contradict a zero report, where the period is not over or has
    been attested already.
    """
    day = timezone.localdate(at)
    gate.require(by, Permission.ATTEST, line=ledger.line, place=village, on=day)
    if village.level != Place.Level.VILLAGE:
        raise UserError(f"报齐按村报，{village}不是村。")
    if not is_attested(ledger):
        raise UserError(f"{ledger.name}不按期报齐，不用报。")
    if period.end > day:
        raise UserError(f"{period.label()}还没过完，到{period.end}以后再报齐。")
    count = entries_in(ledger.id, village, period)
    if is_zero and count:
        raise UserError(f"{period.label()}已经记了{count}条，不能报零。报齐就行。")
    attestation = Attestation(
        ledger=ledger.id,
        place=village,
        start=period.start,
        end=period.end,
        is_zero=is_zero,
        attested_at=at,
        attested_by=by.name,
    )
    attestation.attested_commit = _record(attestation, "attested", by=by, at=at, post=post)
    try:
        with transaction.atomic():
            attestation.save()
    except IntegrityError as error:
        raise UserError(
            f"{village}{period.label()}的{ledger.name}已经报齐了，不用再报。"
        ) from error
    return attestation


def entries_in(ledger: str, village: Place, period: Period) -> int:
    return (
        Entry.objects.present()
        .filter(
            ledger=ledger,
            place__in=Place.objects.within(village.path).values("code"),
            on__range=(period.start, period.end),
        )
        .count()
    )


@transaction.atomic
def check(*, attestation: Attestation, by: User, at: datetime, post: str = "") -> Attestation:
    """The township checked it: the period is locked for this village and ledger."""
    attestation = Attestation.objects.select_for_update().get(pk=attestation.pk)
    _require_check(attestation, by, at)
    if attestation.checked_at:
        raise UserError(f"{attestation.checked_by}已经核过了，不用再核。")
    attestation.checked_at, attestation.checked_by = at, by.name
    attestation.checked_commit = _record(attestation, "checked", by=by, at=at, post=post)
    attestation.save()
    return attestation


@transaction.atomic
def send_back(
    *, attestation: Attestation, by: User, at: datetime, reason: str, post: str = ""
) -> Attestation:
    """The township returns it with a reason; a lock is opened again."""
    attestation = Attestation.objects.select_for_update().get(pk=attestation.pk)
    _require_check(attestation, by, at)
    if not reason.strip():
        raise UserError("还没写为什么退回。写一句，村里才知道补什么。")
    attestation.returned_at, attestation.returned_reason = at, reason.strip()
    attestation.returned_commit = _record(
        attestation, "returned", by=by, at=at, post=post, reason=reason.strip()
    )
    attestation.save()
    return attestation


def _require_check(attestation: Attestation, by: User, at: datetime) -> None:
    line = catalogue().ledgers[attestation.ledger].line
    day = timezone.localdate(at)
    gate.require(by, Permission.ATTEST_CHECK, line=line, place=attestation.place, on=day)
    if attestation.returned_at:
        raise UserError("这一次报齐已经退回了，等村里重新报。")


def _record(
    attestation: Attestation,
    act: str,
    *,
    by: User,
    at: datetime,
    post: str,
    reason: str = "",
) -> int:
    key = f"{attestation.ledger}/{attestation.place_id}/{attestation.start}/{attestation.end}"
    body = {
        "id": key,
        "act": act,
        "ledger": attestation.ledger,
        "place": attestation.place_id,
        "start": attestation.start.isoformat(),
        "end": attestation.end.isoformat(),
        "is_zero": attestation.is_zero,
        "by": by.name,
    }
    commit = record(
        township=township_of(attestation.place),
        changes=[Change(Revision.Kind.ATTESTATION, key, body)],
        by=Actor.of(by, post),
        at=at,
        reason=reason,
    )
    return cast(int, commit.number)  # record() gave it one
