"""Looking at a workbook in the worker, with progress. Nothing here takes the write lock for long."""

from __future__ import annotations

import time

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place
from qianxian.imports import files, sealing
from qianxian.imports.checking import MOST_ROWS
from qianxian.imports.inferring.access import lines_for
from qianxian.imports.inferring.design import Design
from qianxian.imports.inferring.looking import Seen, Tell, look
from qianxian.imports.inferring.models import LedgerProposal, LedgerProposalQuerySet
from qianxian.imports.inferring.proposing import proposed, seen_again
from qianxian.ledgers.indexes import ensure_indexes
from qianxian_tables import Place as Named
from qianxian_tables import Places, TableError, layouts_of

State = LedgerProposal.State
# Not more often than a page asks.
_TELL_EVERY = 0.5


class Overtaken(Exception):
    """Somebody asked for another look, or dropped the proposal, while this one went on."""


@task()
def look_at_workbook(proposal: int, number: int) -> None:
    """Read the file of a proposal. Run twice, it leaves the same; overtaken, it leaves nothing."""
    found = LedgerProposal.objects.select_related("upload", "township", "by").get(pk=proposal)
    if found.state != State.READING or found.look_number != number:
        return
    try:
        _look(found)
    except TableError as error:
        _still(found).update(state=State.FAILED, told=error.sentence[:500])
    except UserError as error:
        _still(found).update(state=State.FAILED, told=str(error)[:500])
    except Overtaken:
        return


@task()
def index_filters() -> None:
    """An index for each field that a ledger of the site lets filter, made after the save."""
    ensure_indexes(catalogue().ledgers.values())


def _still(proposal: LedgerProposal) -> LedgerProposalQuerySet:
    """The proposal, as long as this look at it was not overtaken."""
    return LedgerProposal.objects.filter(
        pk=proposal.pk, state=State.READING, look_number=proposal.look_number
    )


def _look(proposal: LedgerProposal) -> None:
    assert proposal.upload is not None  # noqa: S101  only a workbook is looked at
    data = files.load(proposal.upload.digest)
    places = places_of(proposal.township)
    seen = look(data, proposal.name, places, layouts_of(proposal.layout), _teller(proposal))
    if seen.rows > MOST_ROWS:
        raise UserError(f"一次最多 {MOST_ROWS:,} 行，这里有 {seen.rows:,} 行。请分成几份再传。")
    design = _design(proposal, seen)
    done = _still(proposal).update(
        state=State.READY, told="", seen=sealed(proposal, seen), design=design.to_json()
    )
    if not done:
        raise Overtaken


def _design(proposal: LedgerProposal, seen: Seen) -> Design:
    if proposal.design:
        return seen_again(Design.from_json(proposal.design), seen)
    lines = lines_for(proposal.by, timezone.localdate())
    return proposed(
        seen, proposal.name, lines[0].id if len(lines) == 1 else "", proposal.township.name
    )


def _teller(proposal: LedgerProposal) -> Tell:
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done < total and now - last < _TELL_EVERY:
            return
        last = now
        with transaction.atomic():
            if not _still(proposal).update(done=done, total=total):
                raise Overtaken

    return tell


def places_of(township: Place) -> Places:
    """The villages of a township, as workbooks name them."""
    villages = Place.objects.within(township.path).filter(level=Place.Level.VILLAGE)
    return Places([Named(name) for name in villages.values_list("name", flat=True)])


def sealed(proposal: LedgerProposal, seen: Seen) -> bytes:
    return sealing.seal(seen.to_bytes(), f"proposal:{proposal.pk}")


def seen_of(proposal: LedgerProposal) -> Seen | None:
    """What stood in the workbook; None for a proposal that came as a definition."""
    if proposal.seen is None:
        return None
    return Seen.from_bytes(sealing.unseal(bytes(proposal.seen), f"proposal:{proposal.pk}"))
