"""What somebody does who wants a matter gone, shared by the tests beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from qianxian.core.models import Commit, Revision, User
from qianxian.ledgers import history, services
from qianxian.ledgers.models import Entry
from qianxian.matters import asking, passing
from qianxian.matters.services import take_back
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)
ORDER = {"order_number": "青安改〔2026〕3 号", "ordered_on": "2026-11-03", "fix_by": "2026-11-13"}
FIXED = {"measure_taken": "清空", "fixed_on": "2026-11-04"}
MakeHazard = Callable[..., Entry]


def correct(entry: Entry, by: User, at: datetime, **changed: Any) -> Entry:
    return services.correct_entry(
        entry=entry,
        values_changed=changed,
        version=entry.version,
        by=by,
        at=at,
        reason="核实了",
    )


def closed_call(hotline: Hotline, at: datetime) -> Entry:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, at)
    passing.take_over(entry=call, by=hotline.road, at=at, version=call.version)
    hotline.take(call, "finish", hotline.road, at)
    return call


def answer(hotline: Hotline, call: Entry, says: str, at: datetime) -> None:
    asking.keep_answer(entry=call, answer=says, by=hotline.asker, at=at, version=call.version)


def commit_of(entry: Entry) -> Commit:
    """The commit that recorded it."""
    revisions = Revision.objects.filter(kind=Revision.Kind.ENTRY, key=entry.pk.hex)
    return revisions.earliest("commit__number").commit


def undo_last(entry: Entry, by: User, at: datetime) -> None:
    number = history.last_commit(entry).number or 0
    take_back(entry=entry, number=number, by=by, at=at)
