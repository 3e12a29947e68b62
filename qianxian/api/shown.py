"""Entries and their saves as JSON: what the reader may not see has no key and no value here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from qianxian.api.calling import Caller
from qianxian.ledgers import masking, privacy
from qianxian.ledgers.display import state_label
from qianxian.ledgers.history import Version, last_commit, versions
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

# Columns of a revision that history tells beside the fields of the ledger.
_COMMON = {
    "place": "地方",
    "on": "业务日期",
    "state": "状态",
    "post": "等谁办",
    "due_on": "到期",
    "late": "补录",
    "deleted": "已去掉",
}


def entries_as_json(entries: Sequence[Entry], caller: Caller) -> list[dict[str, Any]]:
    """Rows of a list, without private fields."""
    known = _known(entries, caller)
    return [_entry(entry, known) for entry in entries]


def entry_as_json(entry: Entry, caller: Caller) -> dict[str, Any]:
    """One entry; its private values are masked as its page masks them, and never in full."""
    return {**_entry(entry, _known([entry], caller)), "private": masked(entry)}


def masked(entry: Entry) -> dict[str, str]:
    fields = [f for f in entry.definition.fields if f.private]
    hidden = privacy.read_all(entry.pk, [f.name for f in fields])
    return {f.name: masking.mask(f, hidden[f.name]) for f in fields if f.name in hidden}


def _entry(entry: Entry, known: set[UUID]) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "ledger": entry.ledger,
        "version": entry.version,
        "title": entry.title,
        "place": entry.place_id,
        "subject": entry.subject_id if entry.subject_id in known else None,
        "parent": entry.parent_id if entry.parent_id in known else None,
        "on": entry.on,
        "state": entry.state,
        "state_label": state_label(entry.definition, entry.state),
        "post": entry.post_id,
        "due_on": entry.due_on,
        "late": entry.late,
        "deleted": entry.deleted,
        "values": _values(entry.definition, entry.data, known),
        "url": entry.get_absolute_url(),
    }


def _values(ledger: Ledger, data: dict[str, Any], known: set[UUID]) -> dict[str, Any]:
    return {
        field.name: _value(field.type, data[field.name], known)
        for field in ledger.fields
        if not field.private and field.name in data
    }


def _value(kind: str, value: Any, known: set[UUID]) -> Any:
    """A key that leads where the reader may not look is covered."""
    if kind != "entry" or value is None or _key(value) in known:
        return value
    return masking.COVERED


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _known(entries: Iterable[Entry], caller: Caller) -> set[UUID]:
    """Of all that these rows point to, what this token may see. One query."""
    wanted: set[UUID | None] = set()
    for entry in entries:
        wanted |= {entry.subject_id, entry.parent_id}
        wanted |= _pointed(entry.definition, entry.data)
    return _visible(wanted, caller)


def _pointed(ledger: Ledger, data: dict[str, Any]) -> set[UUID | None]:
    own = (data.get(f.name) for f in ledger.fields if f.type == "entry" and not f.private)
    return {_key(value) for value in own if value}


def _visible(wanted: set[UUID | None], caller: Caller) -> set[UUID]:
    keys = [key for key in wanted if key]
    if not keys:
        return set()
    rows = Entry.objects.visible_to(caller.user, caller.on).filter(pk__in=keys)
    return {pk for pk, ledger in rows.values_list("pk", "ledger") if caller.token.covers(ledger)}


# ---- saves


def receipt_of(entry: Entry) -> dict[str, Any]:
    """Where an entry stands after a write, and the commit that it was."""
    entry.refresh_from_db()
    return {
        "id": entry.pk,
        "ledger": entry.ledger,
        "version": entry.version,
        "commit": last_commit(entry).number,
        "state": entry.state,
        "post": entry.post_id,
        "due_on": entry.due_on,
        "late": entry.late,
        "deleted": entry.deleted,
        "url": entry.get_absolute_url(),
    }


def saves_of(
    entry: Entry, caller: Caller, *, field: str = "", after: int = 0
) -> list[dict[str, Any]]:
    """Saves of an entry, oldest first; `field`: only those that changed it."""
    found = [v for v in versions(entry) if v.body.get("version", 1) > after]
    pointed: set[UUID | None] = set()
    for version in found:
        pointed |= _pointed(entry.definition, version.body.get("data", {}))
        for old, new in version.changes.values():
            pointed |= {_key(value) for value in (old, new) if isinstance(value, str)}
    known = _visible(pointed, caller)
    told = [_save(entry.definition, version, known) for version in found]
    if not field:
        return told
    ours = [{**s, "changes": [c for c in s["changes"] if c["field"] == field]} for s in told]
    return [save for save in ours if save["changes"]]


def _save(ledger: Ledger, version: Version, known: set[UUID]) -> dict[str, Any]:
    commit = version.commit
    return {
        "commit": commit.number,
        "version": version.body.get("version", 1),
        "at": commit.at,
        "by": commit.by,
        "by_name": commit.by_name,
        "post": commit.post,
        "reason": commit.reason,
        "source": commit.source,
        "source_ref": commit.source_ref,
        "undoes": commit.undoes,
        "changes": _changes(ledger, version, known),
    }


def _changes(ledger: Ledger, version: Version, known: set[UUID]) -> list[dict[str, Any]]:
    found = []
    for name, (old, new) in version.changes.items():
        if name in _COMMON:
            found.append({"field": name, "label": _COMMON[name], "old": old, "new": new})
        elif name in ledger.by_name and not ledger.by_name[name].private:
            field = ledger.by_name[name]
            before, now = (_value(field.type, value, known) for value in (old, new))
            found.append({"field": name, "label": field.label, "old": before, "new": now})
    return found + _private(ledger, version)


def _private(ledger: Ledger, version: Version) -> list[dict[str, Any]]:
    """That a private value changed: its digests differ, and nothing else is known here."""
    before, after = version.changes.get("private", ({}, {}))
    before, after = before or {}, after or {}
    return [
        {
            "field": field.name,
            "label": field.label,
            "old": masking.COVERED if field.name in before else None,
            "new": masking.COVERED if field.name in after else None,
        }
        for field in ledger.fields
        if before.get(field.name) != after.get(field.name)
    ]
