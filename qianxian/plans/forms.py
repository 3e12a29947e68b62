"""Forms of plans: a new task, the split of a target to villages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post
from qianxian.indicators.models import Target
from qianxian.plans.models import Plan


class TaskForm(forms.Form):
    """A task by hand; one from a report comes in through the reading page."""

    text = forms.CharField(label=_("Task"), max_length=300)
    indicator = forms.ChoiceField(label=_("Measured by"), required=False)
    value = forms.DecimalField(
        label=_("Target"), required=False, min_value=0, max_digits=16, decimal_places=4
    )
    lead = forms.ModelChoiceField(Post.objects.none(), label=_("Leading post"), required=False)
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [i for i in catalogue().indicators.values() if i.target == "allowed"]
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            ("", _("No figure, text only")),
            *((i.id, f"{i.name}（{i.unit}）") for i in allowed),
        ]
        posts = Post.objects.filter(place__path__startswith=plan.place.path)
        self.fields["lead"].queryset = posts.select_related("office")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("value") is not None and not cleaned.get("indicator"):
            self.add_error("indicator", "写了目标数，还没选按哪个指标算。选一个，或者把数去掉。")
        return cleaned


class SplitForm(forms.Form):
    """One number a village, and why where they do not add up to the whole."""

    def __init__(
        self,
        *args: Any,
        places: Iterable[Place],
        given: Mapping[str, Decimal],
        curve: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        for place in self.places:
            self.fields[place.code] = forms.DecimalField(
                label=place.name,
                min_value=0,
                max_digits=16,
                decimal_places=4,
                required=False,
                initial=_plain(given.get(place.code)),
            )
        self.fields["gap_reason"] = forms.CharField(
            label=_("Why the parts do not add up"), required=False, max_length=200
        )
        self.fields["curve"] = forms.CharField(
            label=_("Cumulative share by the end of each month, in percent"),
            required=False,
            initial=" ".join(f"{(Decimal(share) * 100).normalize():f}" for share in curve),
            help_text=_("Twelve numbers for a year, the last 100. Empty means evenly by day."),
        )

    def village_fields(self) -> list[forms.BoundField]:
        return [self[place.code] for place in self.places]

    def shares(self) -> dict[Place, Decimal]:
        """What was typed; a village left empty has no share."""
        return {
            place: self.cleaned_data[place.code]
            for place in self.places
            if self.cleaned_data.get(place.code) is not None
        }

    def clean_curve(self) -> list[Decimal]:
        words = self.cleaned_data["curve"].replace("，", " ").replace(",", " ").split()
        try:
            return [Decimal(word.removesuffix("%")) / 100 for word in words]
        except ArithmeticError:
            raise forms.ValidationError("进度曲线只写数，像 5 10 20 … 100，用空格隔开。") from None


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def targets_of(plan: Plan, indicator: str) -> dict[str, Target]:
    rows = Target.objects.of(indicator, plan.period).filter(place__path__startswith=plan.place.path)
    return {row.place_id: row for row in rows}
