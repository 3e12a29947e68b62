"""From the type of a field in a definition to what people type into.

Nothing is judged here: a form hands the raw text on, and the definition's own parser says what is
wrong with it, in the same words on every way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qianxian_packs import Field

# More choices than this are a drop-down.
_LARGE = 6
_MODES = {
    "integer": "numeric",
    "number": "decimal",
    "money": "decimal",
    "area": "decimal",
    "length": "decimal",
    "mass": "decimal",
    "percent": "decimal",
    "phone": "tel",
    "bank_card": "numeric",
}
SHORT = frozenset(_MODES) - {"bank_card"} | {"date"}
# Filled by taking a step of a matter, with its own checks of what is on the picture.
NOT_TYPED = ("file", "photo")


class RawField(forms.Field):
    """Hands on what was typed; the empty text is nothing."""

    def __init__(self, *, several: bool = False, **options: Any) -> None:
        super().__init__(required=False, **options)
        self._several = several

    def clean(self, value: Any) -> Any:
        if self._several:
            return list(value or ())
        return value.strip() or None if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.clean(data) != self.clean(initial))


class DayWidget(forms.DateInput):
    """Today and yesterday as buttons, another day by its date; works without script.

    The widget itself is the date of another day; the buttons are drawn by parts/day.html.
    """

    OTHER = "other"

    def __init__(self, today: date) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")
        yesterday = today - timedelta(days=1)
        self.near = [
            (today.isoformat(), _("Today %(day)s") % {"day": today.day}),
            (yesterday.isoformat(), _("Yesterday %(day)s") % {"day": yesterday.day}),
        ]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The button, unless another day was written beside it."""
        pressed = data.get(f"{name}_near")
        other = data.get(name)
        return pressed if pressed in dict(self.near) else other

    def is_near(self, value: Any) -> bool:
        return str(value) in dict(self.near)


def widget_of(field: Field, choices: Mapping[str, list[tuple[str, Any]]]) -> forms.Widget:
    """The control of a field. `choices` holds those that come from tables: places and posts."""
    if field.type == "choice":
        listed = [(choice, choice) for choice in field.choices]
        if len(listed) <= _LARGE:
            return forms.RadioSelect(choices=listed)
        return forms.Select(choices=[("", _("Choose")), *listed])
    if field.type == "boolean":
        return forms.RadioSelect(choices=[("是", "是"), ("否", "否")])
    if field.type == "multichoice":
        return forms.CheckboxSelectMultiple(choices=[(c, c) for c in field.choices])
    if field.type in choices:
        return forms.Select(choices=[("", _("Choose")), *choices[field.type]])
    return _line(field)


def _line(field: Field) -> forms.Widget:
    if field.type == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.type == "datetime":
        return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    attrs: dict[str, str] = {"inputmode": _MODES[field.type]} if field.type in _MODES else {}
    if field.private:
        # A shared computer must not offer the last person's number.
        attrs["autocomplete"] = "off"
    if field.type == "text" and not field.required and not field.filter and not field.private:
        return forms.Textarea(attrs={"rows": 2, **attrs})
    return forms.TextInput(attrs=attrs)


def field_of(field: Field, choices: Mapping[str, list[tuple[str, Any]]]) -> RawField:
    """A form field with the definition's label and help."""
    widget = widget_of(field, choices)
    if field.private:
        # The script that keeps what was typed on the device leaves these out.
        widget.attrs["data-private"] = ""
    return RawField(
        several=field.type == "multichoice",
        label=field.label,
        help_text=field.help,
        widget=widget,
    )


def shown(value: Any) -> Any:
    """A stored value as it stands in a form, so that sending it back changes nothing."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    return f"{value:f}" if isinstance(value, Decimal) else value
