"""The conditions of a list: a form made from the definition, read into conditions and chips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.forms import day_field
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.conditions import (
    About,
    Condition,
    Dated,
    FieldDated,
    FieldHas,
    FieldIs,
    InStates,
    IsLate,
    Undated,
    Within,
)
from qianxian.ledgers.listing import PAGE, View, known_order
from qianxian.ledgers.lists.orders import default_order
from qianxian.ledgers.lists.paging import PARAMETERS, Ask
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name, matching
from qianxian_packs import Field, FieldInvalid, Ledger

_OPEN, _CLOSED = "~open", "~closed"
_UNDATED = "~none"


def _day(label: str) -> forms.DateField:
    return day_field(
        label,
        required=False,
        error_messages={"invalid": gettext_lazy("That is not a date, so it was left out.")},
    )


def _choice(label: str, first: str, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", first), *choices],
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is not in the list.")},
    )


class FilterForm(forms.Form):
    """Search, place, state, the fields that the definition lets filter, days, 补录, a past day.

    `about` is the entry of the register that the page which led here is about.
    """

    def __init__(
        self,
        ledger: Ledger,
        places: list[Place],
        on: date,
        data: QueryDict,
        about: Entry | None = None,
    ) -> None:
        super().__init__(data)
        self.ledger, self.on, self.query, self.about = ledger, on, data, about
        self.places = {place.code: place for place in places}
        self.choices = place_choices(places) if len(places) > 1 else ()
        self.fields.update(self._always())
        for field in ledger.fields:
            if field.filter and not field.private and field.name != ledger.date:
                self.fields.update(self._declared(field))
        self.fields["late"] = forms.BooleanField(label=_("Only late entries"), required=False)
        self.fields["as_of"] = _day(_("As it was on"))

    def _always(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        if self.about:
            label = self.about.definition.name.removesuffix("底册")
            found["subject"] = forms.CharField(label=label, widget=forms.HiddenInput)
        if self.choices:
            found["place"] = _choice(_("Place"), _("All places"), self.choices)
        if self.ledger.flow:
            found["state"] = _choice(_("State"), _("All states"), self._states())
        if self.ledger.date:
            name = self.ledger.by_name[self.ledger.date].label
            found["days"] = _choice(name, _("All days"), [(k, v[0]) for k, v in self._spans()])
            found["since"] = _day(_("%(date)s from") % {"date": name})
            found["until"] = _day(_("%(date)s to") % {"date": name})
        if set(self.ledger.find_by) & {"name", "number"}:
            found["q"] = forms.CharField(label=search_label(self.ledger), required=False)
            found["q"].widget.input_type = "search"
        return found

    def _states(self) -> list[tuple[str, str]]:
        states = catalogue().flows[self.ledger.flow or ""].states
        groups = [(_OPEN, _("All that are open")), (_CLOSED, _("All that are closed"))]
        return [*groups, *((key, state.label) for key, state in states.items())]

    def _spans(self) -> list[tuple[str, tuple[str, date | None, date | None]]]:
        """Runs of days that people ask for, as choice → (words, first, last)."""
        on = self.on
        month = on.replace(day=1)
        before = month - timedelta(days=1)
        quarter = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        return [
            ("month", (_("This month"), month, on)),
            ("last_month", (_("Last month"), before.replace(day=1), before)),
            ("quarter", (_("This quarter"), quarter, on)),
            ("year", (_("This year"), date(on.year, 1, 1), on)),
            ("last_year", (_("Last year"), date(on.year - 1, 1, 1), date(on.year - 1, 12, 31))),
            (_UNDATED, (_("Without a date"), None, None)),
        ]

    def _declared(self, field: Field) -> dict[str, forms.Field]:
        name = f"f_{field.name}"
        if field.type in ("choice", "multichoice"):
            return {name: _choice(field.label, _("All"), [(c, c) for c in field.choices])}
        if field.type == "boolean":
            return {name: _choice(field.label, _("All"), [("是", "是"), ("否", "否")])}
        if field.type == "date":
            return {
                f"{name}_since": _day(_("%(date)s from") % {"date": field.label}),
                f"{name}_until": _day(_("%(date)s to") % {"date": field.label}),
            }
        return {name: forms.CharField(label=field.label, required=False)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (day := data.get("as_of")) and day > self.on:
            self.add_error("as_of", _("That day is still to come, so today is shown."))
        for name, field in self.ledger.by_name.items():
            key = f"f_{name}"
            if data.get(key) and field.type not in ("multichoice", "date"):
                self._parse(key, field, data)
        return data

    def _parse(self, key: str, field: Field, data: dict[str, Any]) -> None:
        """The typed text as the definition reads it, so that 是 is true and １ is 1."""
        try:
            data[key] = field.to_json(field.parse(data[key]))
        except FieldInvalid as error:
            self.add_error(key, str(error))

    @property
    def as_of(self) -> date | None:
        day = self._value("as_of")
        return day if isinstance(day, date) else None

    def order(self) -> str:
        return known_order(self.ledger, self.data.get("o", default_order(self.ledger)))

    def view(self, columns: Sequence[str] = (), size: int = PAGE) -> View:
        """How the address wants the list shown; `columns` where it does not say which."""
        asked = [key for key in self.data.get("c", "").split(",") if key]
        which = (self.data.get(name, "") for name in PARAMETERS)
        return View(
            order=self.data.get("o", ""),
            columns=tuple(asked or columns),
            group=self.data.get("g", ""),
            ask=Ask.read(*which),
            size=size,
            wants_sums="sums" in self.data,
        )

    def _value(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    def conditions(self) -> list[Condition]:
        """What was asked for and understood; what was not is told beside its field."""
        found = [*self._fixed(), *self._of_fields()]
        return [condition for condition in found if condition is not None]

    def _fixed(self) -> Iterator[Condition | None]:
        if self.about:
            yield About(self.about.pk)
        if place := self.places.get(self._value("place") or ""):
            yield Within(place.path)
        if state := self._value("state"):
            yield InStates(self._states_of(state))
        if days := self._value("days"):
            _words, first, last = dict(self._spans())[days]
            yield Undated() if days == _UNDATED else Dated(first, last)
        if self._value("since") or self._value("until"):
            yield Dated(self._value("since"), self._value("until"))
        if self._value("q"):
            yield matching(self.ledger, self._value("q"))
        if self._value("late"):
            yield IsLate()

    def _states_of(self, choice: str) -> frozenset[str]:
        states = catalogue().flows[self.ledger.flow or ""].states
        if choice not in (_OPEN, _CLOSED):
            return frozenset([choice])
        is_open = choice == _OPEN
        return frozenset(key for key, s in states.items() if (s.kind == "open") is is_open)

    def _of_fields(self) -> Iterator[Condition | None]:
        for name, field in self.ledger.by_name.items():
            value = self._value(f"f_{name}")
            since, until = self._value(f"f_{name}_since"), self._value(f"f_{name}_until")
            if since or until:
                yield FieldDated(name, since, until)
            elif value not in (None, ""):
                yield FieldHas(name, value) if field.type == "multichoice" else FieldIs(name, value)

    def chips(self) -> list[tuple[str, str]]:
        """Each condition in force and the address without it."""
        found = []
        for name, field in self.fields.items():
            if self._is_in_force(name):
                is_tick = isinstance(field, forms.BooleanField)
                words = "" if is_tick else f"：{self._words(name, self._value(name))}"
                found.append((f"{field.label}{words}", self._without(name)))
        return found

    def _is_in_force(self, name: str) -> bool:
        self.is_valid()
        return bool(self.data.get(name)) and name not in self.errors

    def _words(self, name: str, value: Any) -> str:
        if name == "subject":
            return str(self.about)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(field := self.fields[name], forms.ChoiceField):
            flat = dict(_flat(cast(Iterable[Any], field.choices)))
            return str(flat.get(self.data.get(name, ""), value))
        return str(value)

    def _without(self, name: str) -> str:
        return self.address(**{name: None})

    def address(self, **changes: str | None) -> str:
        """This list's address with other parameters, at its first page; None takes one away."""
        gone = {*PARAMETERS, *changes}
        kept = [(n, v) for n, values in self.query.lists() if n not in gone for v in values]
        new = [(name, value) for name, value in changes.items() if value is not None]
        return f"?{urlencode([*kept, *new])}"

    def is_narrowed(self) -> bool:
        """Whether a condition of the folded part is in force, so that it starts open."""
        return any(self.data.get(name) for name in self.fields if name not in UNFOLDED)


# Conditions that stand in the bar; the others are under 更多条件.
MAIN = ("place", "state", "days", "q")
# These and what no control is shown for.
UNFOLDED = ("subject", *MAIN)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from words
        else:
            yield key, words


def search_label(ledger: Ledger) -> str:
    if "name" not in ledger.find_by:
        return _("Number")
    return _("Name or number") if "number" in ledger.find_by else _("Name")


def visible_places(user: User, permission: Permission, line: str, on: date) -> list[Place]:
    """Places of a line in the user's reach, in official order; closed ones too, for old rows."""
    seen = tuple(reach.path for reach in gate.reaches_in(user, permission, line, on))
    return [place for place in gate.places().values() if place.path.startswith(seen)]


def filter_places(user: User, line: str, on: date) -> list[Place]:
    """Villages; for somebody with one village only, its groups."""
    seen = visible_places(user, Permission.ENTRY_VIEW, line, on)
    villages = [p for p in seen if p.level == Place.Level.VILLAGE]
    return villages if len(villages) > 1 else [p for p in seen if p.level == Place.Level.GROUP]


def place_choices(places: Iterable[Place]) -> tuple[tuple[str, Any], ...]:
    """Groups under their village, villages under their township where there are several."""
    listed = list(places)
    parents = {p.parent.name if p.parent else "" for p in listed}
    if len(parents) < 2:
        return tuple((p.code, _called(p)) for p in listed)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for place in listed:
        grouped.setdefault(place.parent.name if place.parent else "", []).append(
            (place.code, full_name(place))
        )
    return tuple((parent, tuple(own)) for parent, own in grouped.items())


def _called(place: Place) -> str:
    ended = f"（到 {place.valid_to}）" if place.valid_to else ""
    return f"{place.name}{ended}"
