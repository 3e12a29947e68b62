"""Acts of whoever defines ledgers: hand in a workbook, put the proposal right, define, drop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import Actor, Change, record
from qianxian.core.definitions import (
    catalogue,
    changing_definitions,
    check_definitions,
    put_definitions,
    townships_of_site,
)
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.imports import files
from qianxian.imports import services as importing
from qianxian.imports.columns import LEFT, plain
from qianxian.imports.inferring import access
from qianxian.imports.inferring.design import PLACES, Design
from qianxian.imports.inferring.faults import DesignFault, faults, privacy_faults
from qianxian.imports.inferring.jobs import index_filters, look_at_workbook, seen_of
from qianxian.imports.inferring.looking import Seen
from qianxian.imports.inferring.models import LedgerProposal
from qianxian.imports.inferring.naming import own_id
from qianxian.imports.models import ImportRun, Upload
from qianxian_packs import AnyDefinition, Ledger
from qianxian_tables import layouts_of

State = LedgerProposal.State


class DesignInvalid(UserError):
    """The design is no ledger yet; `faults` says why, each at its place."""

    def __init__(self, found: list[DesignFault]) -> None:
        super().__init__("；".join(dict.fromkeys(fault.says for fault in found)))
        self.faults = found


def hand_in(*, data: bytes, name: str, township: Place, by: User, at: datetime) -> LedgerProposal:
    """Keep a workbook and queue the look at it. Nothing is defined yet.

    Raises NotVisible where the user defines no ledgers, UserError for a file that is too large.
    """
    if township not in access.townships_for(by, timezone.localdate(at)):
        raise NotVisible("没有这一页，或者不归你的岗位建台账。")
    if not data:
        raise UserError("这个文件是空的。请重新选一个。")
    if len(data) > importing.LARGEST_FILE:
        raise UserError("文件超过 50 MB。请删掉里面的图片，或者分成几份再传。")
    # On disk before the row that names it, and outside the transaction.
    digest = files.keep(data)
    with transaction.atomic():
        upload, _ = Upload.objects.update_or_create(
            digest=digest, defaults={"name": name[:200], "size": len(data), "is_kept": True}
        )
        proposal = LedgerProposal.objects.create(
            upload=upload, name=name[:200], township=township, by=by, started_at=at
        )
        look_at_workbook.enqueue(proposal.pk, proposal.look_number)
    return proposal


def propose_design(
    *, design: Design, name: str, township: Place, by: User, at: datetime
) -> LedgerProposal:
    """A ledger that was written as a sheet, for a person to look at before it is defined."""
    access.require_definer(by, timezone.localdate(at))
    return LedgerProposal.objects.create(
        name=name[:200],
        township=township,
        by=by,
        started_at=at,
        state=State.READY,
        design=design.to_json(),
    )


@transaction.atomic
def put_right(*, proposal: LedgerProposal, design: Design, by: User, at: datetime) -> None:
    """Keep what the clerk has put so far, also where it is no ledger yet."""
    held = _held(proposal, by, State.READY)
    held.design = design.to_json()
    held.save(update_fields=["design"])


@transaction.atomic
def read_again(
    *, proposal: LedgerProposal, layout: Mapping[str, Any], by: User, at: datetime
) -> None:
    """Say what sheets and rows are, and look at the workbook again with it."""
    held = _held(proposal, by, State.READY, State.FAILED)
    if held.upload is None:
        raise UserError("这一本是按定义表建的，没有表格可以再读。")
    layouts_of(layout)
    held.layout, held.state, held.told = dict(layout), State.READING, ""
    held.done = held.total = 0
    held.look_number += 1
    held.save()
    look_at_workbook.enqueue(held.pk, held.look_number)


@transaction.atomic
def drop(*, proposal: LedgerProposal, by: User, at: datetime) -> None:
    """Give a proposal up; what stood in its workbook goes."""
    held = _held(proposal, by, State.READING, State.READY, State.FAILED)
    held.state, held.seen = State.DROPPED, None
    held.save(update_fields=["state", "seen"])


def all_faults(design: Design, seen: Seen | None, by: User, on: date) -> list[DesignFault]:
    lines = {line.id for line in access.lines_for(by, on)}
    return [*faults(design, lines=lines), *privacy_faults(design, seen)]


def define(*, proposal: LedgerProposal, by: User, at: datetime) -> Ledger:
    """Make the proposal a ledger of this site, in the stream of each township.

    The rows of its workbook go to an ordinary import, where the user may record in it.
    Raises DesignInvalid with every fault, Conflict where somebody else defined meanwhile.
    """
    day = timezone.localdate(at)
    design, seen = Design.from_json(proposal.design), seen_of(proposal)
    access.require_definer(by, day)
    if found := all_faults(design, seen, by, day):
        raise DesignInvalid(found)
    access.require_line(by, design.line, day)
    ledger = design.ledger(own_id(design.name, catalogue().ledgers))
    # Held against all other definitions before the lock: that takes a moment.
    checked = check_definitions([ledger])
    with changing_definitions():
        held = _held(proposal, by, State.READY)
        record_everywhere(
            put_definitions(checked, at), by=by, at=at, reason=_reason(design, ledger)
        )
        held.state, held.ledger, held.seen = State.DEFINED, ledger.id, None
        held.save(update_fields=["state", "ledger", "seen"])
        index_filters.enqueue()
    _hand_over(held, ledger, design, by, at)
    return ledger


def _reason(design: Design, ledger: Ledger) -> str:
    public = [
        f"{field.label}可以公开：{field.public_because}"
        for field in design.fields
        if field.public_because and not field.private
    ]
    return "；".join([f"建台账：{ledger.name}", *public])[:500]


def record_everywhere(changes: list[Change], *, by: User, at: datetime, reason: str) -> None:
    """The same change of definitions in the stream of every township of the site."""
    for township in townships_of_site():
        record(township=township, changes=changes, by=Actor.of(by), at=at, reason=reason)


def save_definitions(
    *, definitions: list[AnyDefinition], by: User, at: datetime, reason: str
) -> None:
    """Definitions of which no entry changes. The caller has asked who may."""
    checked = check_definitions(definitions)
    with changing_definitions():
        record_everywhere(put_definitions(checked, at), by=by, at=at, reason=reason)
        index_filters.enqueue()


def _hand_over(
    proposal: LedgerProposal, ledger: Ledger, design: Design, by: User, at: datetime
) -> None:
    """The rows to the import. Whoever only defines leaves them to those who record."""
    upload = proposal.upload
    if upload is None or proposal.township not in importing.townships_for(by, ledger, at):
        return
    run: ImportRun = importing.hand_in(
        data=files.load(upload.digest),
        name=proposal.name,
        ledger=ledger,
        township=proposal.township,
        by=by,
        at=at,
        mapping=mapping_of(design),
        layout=proposal.layout,
    )
    LedgerProposal.objects.filter(pk=proposal.pk).update(run=run)
    proposal.run = run


def mapping_of(design: Design) -> dict[str, str]:
    """Header → target, as an import knows it. Of two same headers the first counts."""
    found: dict[str, str] = {}
    for column in design.columns:
        if not column.source:
            continue
        target = column.kind if column.kind in PLACES else LEFT
        if column.is_field:
            target = f"field:{column.name}"
        found.setdefault(plain(column.source), target)
    return found


def _held(proposal: LedgerProposal, by: User, *states: str) -> LedgerProposal:
    """The proposal under lock, if it is the user's and in one of these states."""
    rows = LedgerProposal.objects.select_for_update(of=("self",)).select_related("upload")
    found = rows.filter(pk=proposal.pk, by=by).first()
    if found is None:
        raise NotVisible("没有这份拟定的台账，或者不是你传的。")
    if found.state not in states:
        raise UserError(f"这一份现在是“{found.get_state_display()}”，不能这样办。刷新看看。")
    return found
