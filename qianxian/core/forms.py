"""Fields that many forms have."""

from __future__ import annotations

from typing import Any

from django import forms


def day_field(label: Any, **more: Any) -> forms.DateField:
    """One day, chosen in the browser's calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def offer(form: forms.Form, name: str) -> Any:
    """The field whose choices depend on the reader; Django types it by what all fields share."""
    return form.fields[name]
