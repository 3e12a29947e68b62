"""One matter that is really several: its other parts become matters of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, prepare_entries
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import filling, flows
from qianxian.matters.errors import StepRefused
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.opening import first_due
from qianxian_packs import Field, Flow, Ledger

MOST = 20


def text_field(ledger: Ledger, flow: Flow) -> Field | None:
    """The field that says what a matter is about: the first open text that no step fills.

    None where a part could not be told from the rest, or could not be recorded without what is
    private: then a matter of this kind is recorded by itself.
    """
    owned = filling.owned_fields(flow)
    own = [field for field in ledger.fields if field.name not in owned]
    if ledger.key or any(field.private and field.required for field in own):
        return None
    texts = [field for field in own if field.type == "text" and not field.private]
    return next((f for f in texts if f.required), next(iter(texts), None))


@transaction.atomic
def split(
    *, entry: Entry, parts: Sequence[str], by: User, at: datetime, version: int, reason: str
) -> Commit:
    """Record each part as a matter of its own beside this one, which keeps the rest; one commit.

    Parts take over what the matter is filled with, but for what steps fill and what is private.
    """
    matter = open_for(by, entry, at=at, version=version)
    matter.require(by, Permission.ENTRY_EDIT)
    field = text_field(matter.ledger, matter.flow)
    if field is None:
        raise StepRefused(f"{matter.flow.name}不能拆。另外记一件，再和这一件关联。")
    if not flows.is_open(matter.flow, matter.entry.state):
        raise StepRefused("这一件已经办结，不能再拆。另外记一件，再关联。")
    given = [text.strip() for text in parts if text.strip()]
    if not 1 <= len(given) <= MOST:
        raise InvalidEntry({"parts": f"一行写一件，写 1 到 {MOST} 件。"})
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么拆。写一句，以后查得到。"})
    rows = [_row(matter, field, text) for text in given]
    new = prepare_entries(ledger=matter.ledger, rows=rows, by=by, at=at)
    states = [_part(matter, state) for state in new]
    rest = state_of(matter.entry, act={"split": [row.id.hex for row in rows]})
    commit = save(matter, rest, *states, by=by, reason=reason)
    entry.refresh_from_db()
    return commit


def _part(matter: Matter, state: EntryState) -> EntryState:
    """It was recorded with the whole: parting gives no more time."""
    since = matter.acts[0].since
    due_on = first_due(matter.flow, since.date(), state.data)
    told = {"split_from": matter.entry.pk.hex, "since": since.isoformat()}
    return replace(state, due_on=due_on, act={**state.act, **told})


def _row(matter: Matter, field: Field, text: str) -> Row:
    entry, owned = matter.entry, filling.owned_fields(matter.flow)
    kept: dict[str, Any] = {
        name: value for name, value in matter.position.values.items() if name not in owned
    }
    return Row(
        {**kept, field.name: text},
        entry.place,
        entry.subject,
        campaign=entry.campaign,
        parent=entry.parent,
    )
