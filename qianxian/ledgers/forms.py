"""Forms made from the definition: recording, correcting, giving a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qianxian.core.errors import UserError
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers import values
from qianxian.ledgers.checks import step_fields
from qianxian.ledgers.filters import place_choices, visible_places
from qianxian.ledgers.models import Entry
from qianxian.ledgers.pickers import Picker, picker, register_of
from qianxian.ledgers.widgets import NOT_TYPED, DayWidget, RawField, field_of, shown
from qianxian_packs import Field, Ledger

_LEVELS = ("county", "township", "village", "group")


def places_to_record(user: User, ledger: Ledger, on: date) -> list[Place]:
    """Standing places in the user's reach that are fine enough for the ledger."""
    if ledger.archived:
        return []
    finest = _LEVELS.index(ledger.place)
    return [
        place
        for place in visible_places(user, Permission.ENTRY_EDIT, ledger.line, on)
        if _LEVELS.index(place.level) >= finest and not (place.valid_to and place.valid_to < on)
    ]


class LedgerForm(forms.Form):
    """What all forms of entries share: fields from the definition, errors from the services."""

    def __init__(self, ledger: Ledger, user: User, on: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ledger, self.user, self.on = ledger, user, on

    def add_fields(self, fields: Iterable[Field]) -> None:
        listed = list(fields)
        choices = self._choices({f.type for f in listed})
        for field in listed:
            if field.type == "entry":
                self.add_picker(field.name, field.label, field.help)
            elif field.type not in NOT_TYPED:
                self.fields[field.name] = field_of(field, choices)

    def add_picker(self, name: str, label: str, help_text: str) -> None:
        """A choice from a register: the chosen one, and the words that are searched for."""
        self.fields[name] = RawField(label=label, help_text=help_text, widget=forms.HiddenInput())
        search = RawField(label=_("Search: %(what)s") % {"what": label})
        search.widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        self.fields[f"{name}_search"] = search

    def pickers(self) -> dict[str, Picker]:
        """Every choice from a register, with what it found so far."""
        names = [n for n in ("subject", *self.ledger.by_name) if f"{n}_search" in self.fields]
        return {n: picker(self, n, self[n].value(), self[f"{n}_search"].value()) for n in names}

    def _choices(self, types: set[str]) -> dict[str, list[tuple[str, Any]]]:
        """Choices from tables, read only where a field asks for them."""
        found: dict[str, list[tuple[str, Any]]] = {}
        if "place" in types:
            seen = visible_places(self.user, Permission.ENTRY_VIEW, self.ledger.line, self.on)
            found["place"] = list(place_choices(seen))
        if "post" in types:
            found["post"] = [(p.code, str(p)) for p in Post.objects.select_related("office")]
        return found

    def raw(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """What was typed into the fields of the ledger."""
        wanted = self.ledger.by_name if names is None else names
        return {n: self.cleaned_data.get(n) for n in wanted if n in self.fields}

    def refuse(self, error: values.InvalidEntry) -> None:
        """Put what a service found at its field; what has no field of its own, at the top."""
        for name, sentence in error.errors.items():
            self.add_error(name if name in self.fields else None, sentence)

    def asked(self) -> list[tuple[forms.BoundField, Field]]:
        """The fields of the ledger with their definitions, in order."""
        return [(self[f.name], f) for f in self.ledger.fields if f.name in self.fields]


class EntryForm(LedgerForm):
    """A new entry. Fields that a step of the flow fills are left to that step.

    With a `parent` it hangs on that entry, and what both have in common stands there already.
    """

    def __init__(
        self,
        ledger: Ledger,
        user: User,
        on: date,
        *args: Any,
        parent: Entry | None = None,
        initial: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        given = {name: value for name, value in (initial or {}).items() if value}
        known = {**in_common(ledger, parent), **given} if parent else given
        super().__init__(ledger, user, on, *args, initial=known, **options)
        self.parent = parent
        # Kept through errors, so that a form that is sent twice records one entry.
        self.fields["token"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
        self.places = {p.code: p for p in places_to_record(user, ledger, on)}
        if register := register_of(ledger, "subject"):
            self.add_picker("subject", register.name.removesuffix("底册"), "")
        self.fields["place"] = self._place_field()
        steps = step_fields(ledger)
        self.add_fields(f for f in ledger.fields if f.name not in steps)
        self._mark()

    def _place_field(self) -> RawField:
        first = _("Where it is in the register") if "subject" in self.fields else _("Choose")
        choices = [("", first), *place_choices(self.places.values())]
        alone = next(iter(self.places)) if len(self.places) == 1 else None
        return RawField(label=_("Place"), widget=forms.Select(choices=choices), initial=alone)

    def _mark(self) -> None:
        for field in self.ledger.fields:
            if field.name not in self.fields:
                continue
            made = self.fields[field.name]
            # Only the mark 可不填 hangs on it: the definition's parser says what is missing.
            made.required = field.required
            made.initial = field.default
            if field.name == self.ledger.date:
                made.widget = DayWidget(self.on)
                made.initial = field.default or self.on.isoformat()

    def place(self, subject: Entry | None) -> Place | None:
        """The place that was chosen; left empty, that of the subject."""
        code = self.cleaned_data.get("place") or (subject.place_id if subject else "")
        return self.places.get(code)


def in_common(ledger: Ledger, parent: Entry) -> dict[str, Any]:
    """What an entry takes over from its parent: place, subject, fields of one name."""
    about = {entry.ledger: str(entry.pk) for entry in (parent.subject, parent) if entry}
    found: dict[str, Any] = {"place": parent.place_id, "subject": about.get(ledger.subject or "")}
    for field in ledger.fields:
        above = parent.definition.by_name.get(field.name)
        if field.type == "entry" and field.of in about:
            found[field.name] = about[field.of]
        elif above and above.type == field.type and not (above.private or field.private):
            value = parent.data.get(field.name)
            if value is not None and (not field.choices or value in field.choices):
                found[field.name] = shown(field.from_json(value))
    return found


class CorrectionForm(LedgerForm):
    """The fields of a stored entry, the version that the person saw, and why they change."""

    def __init__(self, entry: Entry, user: User, on: date, *args: Any, **options: Any) -> None:
        super().__init__(entry.definition, user, on, *args, **options)
        self.entry = entry
        self.stored = values.loaded(self.ledger, entry.data)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=entry.version)
        places = {p.code: p for p in places_to_record(user, self.ledger, on)}
        self.places = {entry.place_id: entry.place} | places
        self.fields["place"] = RawField(
            label=_("Place"),
            widget=forms.Select(choices=place_choices(self.places.values())),
            initial=entry.place_id,
        )
        steps = step_fields(self.ledger)
        self.add_fields(
            f
            for f in self.ledger.fields
            if f.name not in steps or self.stored.get(f.name) is not None
        )
        self._fill()
        self.fields["reason"] = RawField(
            label=_("Why it is changed"), help_text=_("One sentence; it stands in the history.")
        )
        self.fields["reason"].required = True

    def _fill(self) -> None:
        for field in self.ledger.fields:
            if field.name not in self.fields:
                continue
            made = self.fields[field.name]
            made.required = field.required
            if field.private:
                made.help_text = _("Covered. Leave it empty to keep it as it is.")
                self.fields[f"clear_{field.name}"] = forms.BooleanField(
                    label=_("Delete the stored %(field)s for good") % {"field": field.label},
                    required=False,
                )
            else:
                made.initial = shown(self.stored.get(field.name))

    def place(self) -> Place | None:
        return self.places.get(self.cleaned_data.get("place") or "")

    def changed_values(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """What differs from the data that the person saw, raw. Same value otherwise typed: no."""
        found = {}
        for name, raw in self.raw().items():
            field = self.ledger.by_name[name]
            if field.private:
                if raw is not None or self.cleaned_data.get(f"clear_{name}"):
                    found[name] = raw
            elif not values.is_same(field, raw, seen.get(name)):
                found[name] = raw
        return found


class ReasonForm(forms.Form):
    """One line of why. What is missing, the service says."""

    reason = RawField()

    def __init__(self, label: str, help_text: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
        self.fields["reason"].required = True

    def refuse(self, error: UserError) -> None:
        self.add_error("reason", str(error))

    @property
    def reason_given(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("reason") or ""
