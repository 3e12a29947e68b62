"""Who outside asked for a correction."""

from __future__ import annotations

from typing import Any

from django import forms

from qianxian.core.forms import day_field
from qianxian.core.queries import today
from qianxian.ledgers.models import ChangeRequest
from qianxian.ledgers.requests.services import Asked


class AskedForm(forms.Form):
    """Who asked from outside. The name may be left out; it stays on this request alone."""

    origin = forms.ChoiceField(
        label="谁要求改的",
        choices=[c for c in ChangeRequest.Origin.choices if c[0] != ChangeRequest.Origin.CLERK],
        widget=forms.RadioSelect,
        initial=ChangeRequest.Origin.COUNTER,
    )
    asked_by = forms.CharField(
        label="要求人", max_length=60, required=False, help_text="可以不写。只留在这一条申请上。"
    )
    asked_on = day_field("哪天提出")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["asked_on"].initial = today()

    def asked(self) -> Asked:
        told = self.cleaned_data
        return Asked(told["origin"], told["asked_by"], told["asked_on"])
