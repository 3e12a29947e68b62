"""A list by group: by village, by month, by state, by a choice, each with its exact sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from qianxian.core.models import Place
from qianxian.ledgers.conditions import FieldText
from qianxian.ledgers.display import state_label
from qianxian.ledgers.lists.columns import summed_fields
from qianxian.ledgers.lists.counting import Asked
from qianxian.ledgers.lists.orders import FIELD
from qianxian.ledgers.lists.totals import Tally, tallies, tally_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Ledger

_VILLAGE, _GROUP, _STATE, _MONTH = "village", "group", "state", "month"
_GROUPED = ("choice", "boolean")
# What SQLite, PostgreSQL and Python write for a boolean.
_YES_NO = {"1": "是", "true": "是", "True": "是", "0": "否", "false": "否", "False": "否"}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one group. `query` narrows the list to them, "" where no filter can."""

    key: str
    label: str
    tally: Tally
    query: str = ""


def groupings(ledger: Ledger) -> dict[str, str]:
    """Key → label of what a list can be grouped by."""
    found = {_VILLAGE: _("Village")}
    if ledger.place == "group":
        found[_GROUP] = _("Group of the village")
    if ledger.flow:
        found[_STATE] = _("State")
    if ledger.date:
        found[_MONTH] = _("Month")
    for each in ledger.fields:
        if each.type in _GROUPED and not each.private:
            found[f"{FIELD}{each.name}"] = each.label
    return found


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group. The key of a group is a village's code, a month, a state or a choice."""

    ledger: Ledger
    by: str
    # Place → its village, filled as places are met.
    _villages: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return groupings(self.ledger)[self.by]

    @property
    def _field(self) -> str:
        return self.by.removeprefix(FIELD)

    def column(self) -> Combinable:
        if self.by in (_VILLAGE, _GROUP):
            return F("place_id")
        if self.by == _STATE:
            return F("state")
        if self.by == _MONTH:
            return Substr(Cast("on", CharField()), 1, 7)
        return FieldText(self._field)

    def key_of(self, row: Entry) -> str:
        """To which group a row belongs."""
        if self.by in (_VILLAGE, _GROUP):
            self._meet([row.place])
            return self._key(row.place_id)
        if self.by == _STATE:
            return row.state
        if self.by == _MONTH:
            return f"{row.on:%Y-%m}" if row.on else ""
        return self._key(row.data.get(self._field))

    def _meet(self, places: Iterable[Place]) -> None:
        for place in places:
            is_group = place.level == Place.Level.GROUP
            # A place above the villages stands for itself.
            self._villages[place.code] = (is_group and place.parent_id) or place.code

    def _key(self, value: Any) -> str:
        if value is None:
            return ""
        if self.by == _VILLAGE:
            return self._villages.get(str(value), str(value))
        if self.by.startswith(FIELD) and self.ledger.by_name[self._field].type == "boolean":
            return _YES_NO.get(str(value), str(value))
        return str(value)

    # ---- all groups of a list ----

    def parts(self, asked: Asked) -> list[Part]:
        return self._told(tallies(self.ledger, asked, self.column(), self.by))

    def parts_of_list(self, rows: Sequence[Entry]) -> list[Part]:
        """The same of rows that are in no table."""
        fields, found = summed_fields(self.ledger.fields), dict[str, list[Entry]]()
        for row in rows:
            found.setdefault(self.key_of(row), []).append(row)
        return self._told({key or None: tally_of(own, fields) for key, own in found.items()})

    def _told(self, found: Mapping[Any, Tally]) -> list[Part]:
        """Groups under their names in their own order; a village's groups together."""
        places = self._places(found)
        merged: dict[str, Tally] = {}
        for value, tally in found.items():
            merged.setdefault(self._key(value), Tally()).add(tally.count, tally.sums)
        return [
            Part(own, self._name(own, places), merged[own], self._query(own))
            for own in sorted(merged, key=self._sorter())
        ]

    def _places(self, found: Iterable[Any]) -> dict[str, str]:
        """Code → name of every place that a group may be called by."""
        if self.by not in (_VILLAGE, _GROUP):
            return {}
        rows = list(Place.objects.filter(pk__in=filter(None, found)).select_related("parent"))
        self._meet(rows)
        parents = {row.parent.code: row.parent.name for row in rows if row.parent}
        return parents | {row.code: full_name(row) for row in rows}

    def _name(self, own: str, places: Mapping[str, str]) -> str:
        if not own:
            return _("Not filled in")
        if self.by == _STATE:
            return state_label(self.ledger, own)
        return places.get(own, own)

    def _sorter(self) -> Callable[[str], Any]:
        """Official order of places, months from new to old, choices as the definition has them."""
        if self.by == _MONTH:
            return lambda own: (not own, [-ord(letter) for letter in own])
        choices: Sequence[str] = ("是", "否")
        if self.by.startswith(FIELD):
            choices = self.ledger.by_name[self._field].choices or choices
        return lambda own: (not own, choices.index(own) if own in choices else len(choices), own)

    def _query(self, own: str) -> str:
        if not own:
            return ""
        if self.by == _VILLAGE:
            return urlencode({"place": own})
        if self.by == _STATE:
            return urlencode({"state": own})
        if self.by.startswith(FIELD) and self.ledger.by_name[self._field].filter:
            return urlencode({self.by: own})
        return ""


def grouping_of(ledger: Ledger, key: str) -> Grouping | None:
    """None where this ledger cannot be grouped so."""
    return Grouping(ledger, key) if key in groupings(ledger) else None
