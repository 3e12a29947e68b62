"""From what a person typed to the values of a definition, with every fault named at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypedDict

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.ledgers.faults import failed_checks as failed_checks
from qianxian.ledgers.faults import faults_together
from qianxian.ledgers.models import Entry
from qianxian_packs import Field, FieldInvalid, Ledger

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class InvalidEntry(UserError):
    """One or more fields cannot be saved. `errors` maps a field's name to its sentence.

    The key "" holds what concerns the entry as a whole.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


def parse(ledger: Ledger, raw: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """Raw values by field name → Python values by field name, all of them; checks included.

    `partial` leaves out the test for required fields that a step fills, for matters that fill up
    step by step. Raises InvalidEntry with all faults at once.
    """
    later = step_fields(ledger) if partial else {}
    parsed, unread = _read(ledger, {field.name: None for field in ledger.fields} | dict(raw))
    if errors := faults_together(ledger, parsed, unread, later):
        raise InvalidEntry(errors)
    return parsed


def faults_in(ledger: Ledger, raw: Mapping[str, Any]) -> dict[str, str]:
    """What saving would find in the fields, so that it is told together with other faults."""
    try:
        parse(ledger, raw, partial=bool(ledger.flow))
    except InvalidEntry as error:
        return error.errors
    return {}


def step_fields(ledger: Ledger) -> dict[str, str]:
    """Fields that are filled by taking a step of the ledger's flow → the step's label."""
    if not ledger.flow:
        return {}
    flow = catalogue().flows[ledger.flow]
    asked = {flow.ask_after.field: "回访"} if flow.ask_after else {}
    steps = {s.label: (*s.needs, *s.sets) for s in reversed(flow.steps)}
    return {**asked, **{name: label for label, names in steps.items() for name in names}}


def parse_fields(ledger: Ledger, raw: Mapping[str, Any]) -> dict[str, Any]:
    """`parse` for some fields of an entry, without the tests that need the rest of it."""
    parsed, errors = _read(ledger, raw)
    if errors:
        raise InvalidEntry(errors)
    return parsed


def _read(ledger: Ledger, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    parsed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in raw.items():
        field = ledger.by_name.get(name)
        if field is None:
            continue
        try:
            parsed[name] = field.parse(value)
        except FieldInvalid as error:
            errors[name] = str(error)
    return parsed, errors | _unknown(ledger, raw)


def is_same(field: Field, raw: Any, stored: Any) -> bool:
    """Whether what was typed is the stored JSON value, however it was written."""
    try:
        return bool(field.parse(raw) == field.from_json(stored))
    except FieldInvalid:
        return False


def _unknown(ledger: Ledger, raw: Mapping[str, Any]) -> dict[str, str]:
    extra = sorted(set(raw) - set(ledger.by_name))
    return {"": f"{ledger.name}里没有“{'、'.join(extra)}”这样的栏。"} if extra else {}


def split_private(
    ledger: Ledger, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Open values as JSON for `data`, and private values as text to be sealed."""
    data: dict[str, Any] = {}
    private: dict[str, str] = {}
    for field in ledger.fields:
        value = values.get(field.name)
        if value is None:
            continue
        if field.private:
            private[field.name] = str(field.to_json(value))
        else:
            data[field.name] = field.to_json(value)
    return data, private


def loaded(ledger: Ledger, data: Mapping[str, Any]) -> dict[str, Any]:
    """Python values of the open fields of a stored entry; None where there is nothing."""
    return {
        field.name: field.from_json(data[field.name]) if field.name in data else None
        for field in ledger.fields
        if not field.private
    }


def business_date(ledger: Ledger, values: Mapping[str, Any]) -> date | None:
    value = values.get(ledger.date) if ledger.date else None
    return value if isinstance(value, date) else None


def title_of(ledger: Ledger, values: Mapping[str, Any], subject: Entry | None) -> str:
    """What a list calls the entry: its title fields, else its subject, else its date."""
    parts = [str(values[name]) for name in ledger.title if values.get(name) is not None]
    if subject and not parts:
        return subject.title
    when = business_date(ledger, values)
    return " ".join(parts) or (f"{ledger.name} {when}" if when else ledger.name)


class Derived(TypedDict):
    """Columns of an entry that are derived from its values, never written by hand."""

    title: str
    initials: str
    key_text: str


def derived(
    ledger: Ledger, values: Mapping[str, Any], *, place: str, subject: Entry | None
) -> Derived:
    """What follows from parsed values: how the entry is called, and what no second one may be."""
    title = title_of(ledger, values, subject)
    return {
        "title": title[:120],
        "initials": initials_of(title),
        "key_text": key_of(ledger, values, place=place, subject=subject),
    }


def initials_of(title: str) -> str:
    """First letters of the pinyin, for people who type gc for 改厕."""
    return _NOT_ASCII.sub(lambda found: _initials(found[0]), title).lower()[:120]


@lru_cache(maxsize=50_000)
def _initials(word: str) -> str:
    # A tenth of a millisecond a word, and an import holds the same ones over and over. The phrases
    # are loaded at the first word, not at every start.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))


def key_of(ledger: Ledger, values: Mapping[str, Any], *, place: str, subject: Entry | None) -> str:
    """The text that no second entry of the ledger may have; empty without a key or with a gap."""
    if not ledger.key:
        return ""
    special = {"subject": subject.pk.hex if subject else None, "place": place}
    parts = [special[name] if name in special else values.get(name) for name in ledger.key]
    if any(part is None for part in parts):
        return ""
    return "\x1f".join(str(part) for part in parts)[:200]
