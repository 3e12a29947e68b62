"""What hangs on an entry, and what it hangs on, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers.checks import has_ended
from qianxian.ledgers.display import state_badge, state_label
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

# Of one ledger a page lists so many; the rest is counted.
_LISTED = 50


@dataclass(frozen=True, slots=True)
class Child:
    """One entry that hangs here. `days_over` counts the days after its last one."""

    entry: Entry
    url: str
    state: str
    badge: str
    days_over: int


@dataclass(frozen=True, slots=True)
class Hanging:
    """The entries of one ledger that hang here; matters are told apart by whether they wait."""

    ledger: Ledger
    open: tuple[Child, ...]
    closed: tuple[Child, ...]
    total: int
    record: str
    record_url: str

    @property
    def listed(self) -> int:
        return len(self.open) + len(self.closed)


def hanging_on(entry: Entry, user: User, on: date) -> list[Hanging]:
    """Ledger by ledger what the reader may see of it, and the button for another one."""
    ledgers = [x for x in catalogue().ledgers.values() if entry.ledger in x.parents]
    if not ledgers or entry.deleted:
        return []
    rows = Entry.objects.visible_to(user, on).present().filter(parent=entry.pk)
    found = list(rows.select_related("place").order_by("due_on", "-on", "pk"))
    groups = [
        _group(ledger, [row for row in found if row.ledger == ledger.id], entry, user, on)
        for ledger in ledgers
    ]
    return [group for group in groups if group.total or group.record]


def _group(ledger: Ledger, rows: Sequence[Entry], entry: Entry, user: User, on: date) -> Hanging:
    waiting = [row for row in rows if ledger.flow and not has_ended(row)]
    behind = [row for row in rows if row not in waiting]
    may_record = not has_ended(entry) and any(
        reach.line in ("", ledger.line) for reach in gate.reaches(user, Permission.ENTRY_EDIT, on)
    )
    return Hanging(
        ledger,
        tuple(_child(ledger, row, on) for row in waiting[:_LISTED]),
        tuple(_child(ledger, row, on) for row in behind[: max(_LISTED - len(waiting), 0)]),
        len(rows),
        _button(ledger) if may_record else "",
        f"{reverse('ledgers:new', args=[ledger.id])}?{urlencode({'parent': entry.pk})}",
    )


def _child(ledger: Ledger, row: Entry, on: date) -> Child:
    is_late = row.due_on is not None and row.due_on < on
    return Child(
        row,
        reverse("matters:matter", args=[row.pk]) if ledger.flow else row.get_absolute_url(),
        state_label(ledger, row.state),
        state_badge(ledger, row.state),
        (on - row.due_on).days if row.due_on and is_late else 0,
    )


def _button(ledger: Ledger) -> str:
    """发现隐患，登记 where the flow begins with something that was found; else 登记帮扶措施."""
    flow = catalogue().flows.get(ledger.flow or "")
    if flow is not None and "发现" in flow.states[flow.initial].label:
        return f"发现{flow.name.removesuffix('整改')}，登记"
    return f"登记{ledger.name.removesuffix('台账')}"


@dataclass(frozen=True, slots=True)
class Above:
    """What an entry hangs on. Without `url` it is not for this reader to open."""

    ledger: str
    title: str
    on: date | None = None
    url: str = ""


def above(entry: Entry, user: User, on: date) -> Above | None:
    if entry.parent_id is None:
        return None
    seen = Entry.objects.visible_to(user, on).filter(pk=entry.parent_id).first()
    if seen is None:
        return Above(_("a record that is not for your post to see"), "")
    definition = seen.definition
    name = "matters:matter" if definition.flow and not seen.deleted else ""
    url = reverse(name, args=[seen.pk]) if name else seen.get_absolute_url()
    return Above(definition.name, str(seen), seen.on, url)
