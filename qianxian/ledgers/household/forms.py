"""The day on which the members of a household are looked at."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qianxian.core.forms import day_field


class DayForm(forms.Form):
    """A past day; without one, or with one that is none, today."""

    day = day_field(
        gettext_lazy("As it was on"),
        required=False,
        error_messages={"invalid": gettext_lazy("That is not a date, so today is shown.")},
    )

    def __init__(self, on: date, data: QueryDict) -> None:
        super().__init__(data)
        self.on = on

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.on:
            raise forms.ValidationError(_("That day is still to come, so today is shown."))
        return day

    def chosen(self) -> date:
        """The day to show."""
        day = self.cleaned_data.get("day") if self.is_valid() else None
        return day or self.on
