"""The history of an entry as people read it: who changed what, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from qianxian.core.models import Commit, User
from qianxian.core.templatetags import _dates as dates
from qianxian.ledgers.display import (
    Names,
    names_in,
    place_names,
    post_names,
    state_label,
    words_of,
)
from qianxian.ledgers.history import Version, undo_url, versions
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import stretches

_NOTHING = "—"
# Columns that a reader does not ask about, or that say nothing by themselves.
_SILENT = {"episode", "act", "parent", "risen", "offered"}


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One save: what was done, by whom, when, why, and field by field what changed."""

    commit: Commit
    did: str
    who: str
    differences: list[Difference]
    undo_url: str = ""
    # The version that an older save made: what may be brought back. None for the newest.
    version: int | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """Names of what the revisions point to."""

    entry: Entry
    names: Names
    places: dict[str, str]
    posts: dict[str, str]
    today: date


def story(entry: Entry, *, user: User, on: date) -> list[Chapter]:
    """Newest first. The newest save can be taken back as a whole."""
    found = versions(entry)
    told = _Told(
        entry,
        names_in(entry.definition, (v.body.get("data", {}) for v in found), user=user, on=on),
        place_names(v.body["place"] for v in found),
        post_names(code for v in found for code in (v.body.get("post", ""), v.commit.post) if code),
        on,
    )
    chapters = [_chapter(v, told, is_first=n == 0) for n, v in enumerate(found)]
    last = [replace(c, undo_url=undo_url(c.commit), version=None) for c in chapters[-1:]]
    return [*last, *reversed(chapters[:-1])]


def story_of_field(chapters: Iterable[Chapter], label: str) -> list[Chapter]:
    """The saves that touched one field, with nothing else of them."""
    kept = ((c, [d for d in c.differences if d.label == label]) for c in chapters)
    return [replace(c, differences=own, undo_url="", version=None) for c, own in kept if own]


def _chapter(version: Version, told: _Told, *, is_first: bool) -> Chapter:
    commit = version.commit
    post = told.posts.get(commit.post, commit.post)
    differences = _differences(version, told)
    if is_first:
        differences = [d for d in differences if d.new != _NOTHING]
    return Chapter(
        commit,
        _did(version, is_first=is_first),
        _who(version, " ".join(filter(None, [post, commit.by_name]))),
        differences,
        version=version.body.get("version", 1),
    )


def _who(version: Version, saved: str) -> str:
    """Of a correction that was approved both: who asked, and who approved."""
    asked = version.body.get("act", {}).get("asked_by")
    return f"{asked}提，{saved}核准" if asked else saved


def _did(version: Version, *, is_first: bool) -> str:
    commit = version.commit
    if commit.undoes:
        return _("Took back commit %(number)s") % {"number": commit.undoes}
    if is_first:
        return _("Imported") if commit.source == Commit.Source.IMPORT else _("Recorded")
    if act := next((words for key, words in _acts().items() if key in _act(version)), ""):
        return act
    if "deleted" in version.changes:
        return _("Removed") if version.body.get("deleted") else _("Brought back")
    if "episodes" in version.changes:
        return _("Its days on the register")
    return _("Moved on") if "state" in version.changes else _("Corrected")


def _act(version: Version) -> Mapping[str, Any]:
    found: Mapping[str, Any] = version.body.get("act", {})
    return found


def _acts() -> dict[str, str]:
    """What a save says of itself when entries became one, or places changed."""
    return {
        "merged_into": _("Merged into another entry"),
        "merged": _("Another entry was merged into it"),
        "follows": _("Followed what it is about, which was merged"),
        "moved_from": _("Followed a change of places"),
    }


def _differences(version: Version, told: _Told) -> list[Difference]:
    """Common columns first, then fields in the order of the definition, then private ones."""
    ledger, changes = told.entry.definition, version.changes
    found = [
        Difference(
            label, _common(name, changes[name][0], told), _common(name, changes[name][1], told)
        )
        for name, label in _labels().items()
        if name in changes
    ]
    for field in ledger.fields:
        if field.name in changes and not field.private:
            old, new = (
                words_of(field, {field.name: value}, told.names, told.today)
                for value in changes[field.name]
            )
            found.append(Difference(field.label, old, new))
    found += _gone_fields(version, told)
    return found + _private(version, told)


def _labels() -> dict[str, str]:
    return {
        "place": _("Place"),
        "state": _("State"),
        "post": _("Waits for"),
        "due_on": _("Due"),
        "campaign": _("Campaign"),
        "late": _("Late entry"),
        "evidence": _("Photos and papers"),
        "episodes": _("On the register"),
    }


def _common(name: str, value: Any, told: _Told) -> str:
    if value in (None, "", False, []):
        return _NOTHING
    if name in ("place", "post"):
        names = told.places if name == "place" else told.posts
        return names.get(value) or str(value)
    if name == "state":
        return state_label(told.entry.definition, value)
    if name == "due_on":
        return dates.day(date.fromisoformat(value), told.today)
    if name == "episodes":
        return _stay(stretches.read(value)[-1])
    if name == "evidence":
        return _("%(count)d pieces") % {"count": len(value)}
    return "是" if value is True else str(value)


def _stay(stay: stretches.Stay) -> str:
    if stay.gone:
        return f"{stay.gone}起不在册（{stay.why}）"
    return f"{stay.first}起在册（{stay.back}）" if stay.first else _NOTHING


def _gone_fields(version: Version, told: _Told) -> list[Difference]:
    """Fields that the definition had on that day and has no more, with the value as it is stored.

    One that was retired keeps its label; of any other only the name is known.
    """
    known = set(told.entry.definition.by_name) | set(_labels()) | _SILENT
    labels = {field.name: field.label for field in told.entry.definition.retired}
    known |= {"subject", "on", "deleted", "private"}
    return [
        Difference(
            labels.get(name, name),
            *(str(v) if v is not None else _NOTHING for v in version.changes[name]),
        )
        for name in version.changes
        if name not in known
    ]


def _private(version: Version, told: _Told) -> list[Difference]:
    """That a private value changed, without saying from what to what."""
    before, after = version.changes.get("private", ({}, {}))
    before, after = before or {}, after or {}
    found = []
    for field in told.entry.definition.fields:
        old, new = before.get(field.name), after.get(field.name)
        if old != new:
            covered = _("covered")
            words = (
                covered if old else _NOTHING,
                _("another, covered") if old and new else covered,
            )
            found.append(Difference(field.label, words[0], words[1] if new else _NOTHING))
    return found
