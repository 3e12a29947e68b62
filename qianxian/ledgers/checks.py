"""What a row must satisfy beside its own fields: where it happened and what it points to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.values import step_fields as step_fields
from qianxian_packs import Field, Ledger

_SLICE = 500
_LEVELS = ("county", "township", "village", "group")


class Sight:
    """What the person may see, read once for many rows."""

    def __init__(self, user: User, on: date) -> None:
        self._user, self._on = user, on
        self._reach = gate.reaches(user, Permission.ENTRY_VIEW, on)

        self._townships: dict[str, Place] = {}

    def township(self, place: Place) -> Place:
        if place.pk not in self._townships:
            self._townships[place.pk] = township_of(place)
        return self._townships[place.pk]

    def covers(self, entry: Entry) -> bool:
        line = catalogue().ledgers[entry.ledger].line
        return any(reach.covers(line, entry.place.path) for reach in self._reach)

    def entry(self, register: str, key: str) -> Entry | None:
        """The entry of this register with this key, if it stands and may be seen."""
        try:
            rows = Entry.objects.visible_to(self._user, self._on).present()
            return rows.filter(ledger=register, pk=UUID(str(key))).first()
        except (ValueError, ValidationError):
            return None


def check_place(ledger: Ledger, place: Place, on: date) -> None:
    """Fine enough for the ledger, and standing on that day."""
    if _LEVELS.index(place.level) < _LEVELS.index(ledger.place):
        wanted = Place.Level(ledger.place).label
        raise InvalidEntry({"place": f"要写到{wanted}，{place}还不够细。请选一个{wanted}。"})
    if place.valid_to and on > place.valid_to:
        into = place.successor or (place.parent.successor if place.parent else None)
        hint = f"，现在归{into}" if into else ""
        raise InvalidEntry(
            {"place": f"{place}到{place.valid_to}为止{hint}。请改日期，或者选并入后的地方。"}
        )


def check_subject(
    ledger: Ledger, subject: Entry | None, sight: Sight, on: date | None = None
) -> None:
    """There, of the right register, one that the person may see, and not gone before that day."""
    if ledger.subject and subject is None:
        raise InvalidEntry({"subject": f"还没选是哪{_one(ledger)}。先从底册里选，再存。"})
    if subject is None:
        return
    if subject.ledger != ledger.subject:
        raise InvalidEntry({"subject": f"{subject}不在{ledger.name}要的底册里。"})
    if not sight.covers(subject):
        raise InvalidEntry(
            {"subject": f"底册里没有这{_one(ledger)}，或者不归你的岗位看。请重新选。"}
        )
    if subject.deleted:
        raise InvalidEntry({"subject": f"{subject}已从底册里去掉了。请选别的，或者先恢复它。"})
    if on and (gone := stretches.gone_by(subject.episodes, on)):
        raise InvalidEntry({"subject": gone_says(subject, gone)})


def gone_says(entry: Entry, gone: stretches.Stay) -> str:
    return (
        f"{entry}{gone.gone}已经销了（{gone.why}），那以后的不能再记在名下。"
        "请核对日期；又回来了的，先在底册里点“又在册了”。"
    )


def _days_that_guard(ledger: Ledger) -> set[str]:
    """Dates from which days must pass that no reason shortens; to move one back would."""
    flow = catalogue().flows.get(ledger.flow or "")
    guards = (guard for step in flow.steps for guard in step.guards) if flow else ()
    return {
        guard.days.since
        for guard in guards
        if guard.days and guard.hard and guard.days.at_most is None
    }


def _one(ledger: Ledger) -> str:
    """How one of the things is called that the ledger is about: 一户, 一个."""
    register = catalogue().ledgers.get(ledger.subject or "")
    return "一户" if register is not None and register.holds_people else "一个"


def check_parent(ledger: Ledger, parent: Entry | None, place: Place, sight: Sight) -> None:
    """Of a ledger that the definition names, standing, in sight, of this township, not ended."""
    if parent is None:
        return
    if parent.ledger not in ledger.parents:
        above = catalogue().ledgers[parent.ledger].name
        raise InvalidEntry({"parent": f"{ledger.name}不能挂在{above}下面。"})
    if not sight.covers(parent):
        raise InvalidEntry({"parent": "要挂的那一条找不到，或者不归你的岗位看。"})
    if parent.deleted:
        raise InvalidEntry({"parent": f"{parent}已经去掉了，不能再往下挂。请先恢复它。"})
    if sight.township(parent.place) != sight.township(place):
        raise InvalidEntry({"parent": f"{parent}是别的乡镇的，不能挂到那里。"})
    if has_ended(parent):
        raise InvalidEntry({"parent": f"{parent}已经办结了，不能再往下挂。要挂，先重新办它。"})


def has_ended(entry: Entry) -> bool:
    """Whether it is a matter in a state from which nothing more is asked."""
    flow = catalogue().flows.get(entry.definition.flow or "")
    state = flow.states.get(entry.state) if flow else None
    return state is not None and state.kind != "open"


def check_may_go(entry: Entry) -> None:
    """A matter is not simply taken out: it goes by its flow, with a reason, and is counted."""
    if entry.definition.flow:
        raise UserError(
            f"{entry}是要办到底的事项，不能去掉。登记错了，当天在它的经过里撤回登记；"
            "不用办的，按流程写明理由放弃；重复的，并入另一件。"
        )


def check_nothing_hangs_on(entries: Iterable[Entry]) -> None:
    """An entry goes only with, or after, those that hang on it."""
    going = {entry.pk: entry for entry in entries}
    keys = list(going)
    # In slices: an undone import has more entries than a statement takes.
    for start in range(0, len(keys), _SLICE):
        rows = Entry.objects.present().filter(parent__in=keys[start : start + _SLICE])
        for each in rows.select_related("parent"):
            if each.pk not in going:
                raise UserError(
                    f"{each.parent}下面还挂着{each.definition.name}的“{each}”。"
                    "先去掉它，再去掉这一条。"
                )


def check_references(
    ledger: Ledger, values: Mapping[str, Any], sight: Sight, on: date | None = None
) -> None:
    """Fields that name a place, a post or an entry name one that there is, not gone by that day."""
    faults = {
        field.name: says
        for field in ledger.fields
        if values.get(field.name) is not None
        and (says := _fault(field, values[field.name], sight, on))
    }
    if faults:
        raise InvalidEntry(faults)


def _fault(field: Field, value: Any, sight: Sight, on: date | None) -> str:
    lost = f"{field.label}里写的找不到，请重新选。"
    if field.type == "place":
        return "" if Place.objects.filter(pk=value).exists() else lost
    if field.type == "post":
        return "" if Post.objects.filter(pk=value).exists() else lost
    if field.type != "entry":
        return ""
    found = sight.entry(field.of or "", value)
    if found is None:
        return lost
    gone = stretches.gone_by(found.episodes, on) if on else None
    return gone_says(found, gone) if gone else ""


def check_step_fields(ledger: Ledger, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A correction puts right what a step filled; it does not take the step or take it back."""
    found = {}
    for name, step in step_fields(ledger).items():
        label = ledger.by_name[name].label
        if before.get(name) is None and after.get(name) is not None:
            found[name] = f"{label}在办“{step}”那一步时填，不能在这里填。请去办那一步。"
        elif before.get(name) is not None and after.get(name) is None:
            found[name] = f"{label}是办“{step}”时填的，可以改，不能空着。"
    for name in _days_that_guard(ledger):
        earlier, later = after.get(name), before.get(name)
        if earlier is not None and later is not None and earlier < later:
            label = ledger.by_name[name].label
            found[name] = (
                f"{label}从这天起数够天数才能往下走，不能改早。真写错了，退回那一步重新办。"
            )
    if found:
        raise InvalidEntry(found)
