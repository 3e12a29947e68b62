"""Columns of a list: which there are, which are chosen, what an entry holds in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from qianxian.core.models import User
from qianxian.core.templatetags import _dates as dates
from qianxian.core.templatetags import _numbers as numbers
from qianxian.ledgers import privacy
from qianxian.ledgers.display import Names, names_in, post_names, state_label, value_of
from qianxian.ledgers.lists.orders import FIELD, orders_of
from qianxian.ledgers.masking import mask
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger

# More than these do not fit a sheet of paper.
MOST = 16
_COLUMNS = 5
SUMMED = ("integer", "number", "money", "area", "length", "mass")
_WORTH = {"money": 3, "area": 2, "mass": 2, "length": 2, "integer": 2, "date": 1, "choice": 1}
_UNSHOWN = ("file", "photo")


@dataclass(frozen=True, slots=True)
class Column:
    """One column beside the name of the entry. `key` is how addresses and saved lists know it."""

    key: str
    label: str
    unit: str = ""
    field: Field | None = None
    sort: str = ""

    @property
    def is_number(self) -> bool:
        return self.field is not None and is_number(self.field)

    @property
    def is_summed(self) -> bool:
        return self.field is not None and self.field.type in SUMMED and not self.field.private

    @property
    def head(self) -> str:
        return f"{self.label}（{self.unit}）" if self.unit else self.label


def is_number(field: Field) -> bool:
    return not field.private and (field.type in SUMMED or field.type == "percent")


def summed_fields(fields: Iterable[Field]) -> list[Field]:
    return [f for f in fields if f.type in SUMMED and not f.private]


def columns_of(ledger: Ledger) -> Mapping[str, Column]:
    """Every column that can be chosen. Private fields are shown by their preset only."""
    orders = orders_of(ledger)
    found = [Column("place", _("Place"), sort="place")]
    for each in ledger.fields:
        if each.type in _UNSHOWN:
            continue
        key = f"{FIELD}{each.name}"
        sort = "on" if each.name == ledger.date else key if key in orders else ""
        found.append(Column(key, each.label, each.shown_unit, each, sort))
    if ledger.flow:
        found += [
            Column("state", _("State"), sort="state"),
            Column("due", _("Due"), sort="due"),
            Column("post", _("Waits for")),
        ]
    found += [Column("campaign", _("Campaign")), Column("late", _("Late entry"))]
    return {column.key: column for column in found}


def shown_fields(ledger: Ledger) -> list[Field]:
    """The few fields that a list shows, in the order of the definition; private ones never."""
    named = set(ledger.title) - {ledger.date}
    worth = [
        (_worth(ledger, f), -n, f)
        for n, f in enumerate(ledger.fields)
        if not f.private and f.name not in named
    ]
    best = sorted((w for w in worth if w[0]), key=lambda w: w[:2], reverse=True)[:_COLUMNS]
    return [f for _, _, f in sorted(best, key=lambda w: -w[1])]


def _worth(ledger: Ledger, field: Field) -> int:
    if field.filter or field.name == ledger.date:
        return 4
    return 2 if field.required else _WORTH.get(field.type, 0)


def usual(ledger: Ledger) -> list[Column]:
    """The columns where nobody chose any."""
    known = columns_of(ledger)
    keys = ["place", *(f"{FIELD}{f.name}" for f in shown_fields(ledger))]
    return [known[key] for key in (*keys, "state") if key in known]


def chosen(ledger: Ledger, keys: Iterable[str]) -> list[Column]:
    """These columns in this order, without what the definition no longer has; else the usual."""
    known = columns_of(ledger)
    found = [known[key] for key in dict.fromkeys(keys) if key in known][:MOST]
    return found or usual(ledger)


# ---- what stands in them ----


@dataclass(frozen=True, slots=True)
class Told:
    """What the columns of some rows need beside the rows: names, posts, starred values."""

    names: Names = field(default_factory=Names)
    posts: Mapping[str, str] = field(default_factory=dict)
    starred: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)


def told_of(
    ledger: Ledger, rows: Sequence[Entry], columns: Iterable[Column], *, user: User, on: date
) -> Told:
    """A query for each kind of thing that is pointed to, and none for what no column shows."""
    listed = list(columns)
    pointing = any(c.field and c.field.type in ("place", "post", "entry") for c in listed)
    names = names_in(ledger, (r.data for r in rows), user=user, on=on) if pointing else Names()
    with_posts = any(c.key == "post" for c in listed)
    posts = post_names(row.post_id for row in rows if row.post_id) if with_posts else {}
    return Told(names, posts, _starred(rows, [c.field for c in listed if c.field]))


def _starred(rows: Sequence[Entry], fields: Iterable[Field]) -> dict[UUID, dict[str, str]]:
    private = {f.name: f for f in fields if f.private}
    if not private:
        return {}
    found = privacy.read_many([row.pk for row in rows], private)
    return {
        key: {name: mask(private[name], text) for name, text in own.items()}
        for key, own in found.items()
    }


def value_in(column: Column, ledger: Ledger, entry: Entry, told: Told) -> Any:
    """Decimal, int or date as they are; the rest as words; None where there is nothing."""
    if column.field is not None:
        if column.field.private:
            return told.starred.get(entry.pk, {}).get(column.field.name)
        return value_of(column.field, entry.data, told.names)
    if column.key == "place":
        return full_name(entry.place)
    if column.key == "state":
        return state_label(ledger, entry.state) or None
    if column.key == "due":
        return entry.due_on
    if column.key == "post":
        return told.posts.get(entry.post_id or "")
    if column.key == "campaign":
        return entry.campaign or None
    return "是" if entry.late else None


def places_of(values: Iterable[Any], field: Field | None) -> int | None:
    """Decimals of a column: none where all are whole, else as many as the longest has."""
    found = [v.normalize() for v in values if isinstance(v, Decimal)]
    if not found or field is None:
        return None
    longest = max(-int(n.as_tuple().exponent) for n in found)
    return max(0, 2 if field.type == "money" and longest > 0 else longest)


def written(value: Any, places: int | None, today: date) -> str:
    """A value as a page or a sheet of paper shows it."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return numbers.figure(value, places)
    if isinstance(value, date) and not isinstance(value, datetime):
        return dates.short_day(value, today)
    return numbers.NOTHING if value is None or value == "" else str(value)
