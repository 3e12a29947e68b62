"""The form of one step for many matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qianxian.core.models import User
from qianxian.ledgers.forms import LedgerForm
from qianxian.ledgers.widgets import DayWidget, RawField
from qianxian.matters.bulk import Together


class BulkForm(LedgerForm):
    """What the step needs, once for all. What is missing, each matter says."""

    def __init__(self, what: Together, user: User, on: date, *args: Any, **options: Any) -> None:
        super().__init__(what.ledger, user, on, *args, **options)
        self.add_fields(self.ledger.by_name[name] for name in what.step.needs)
        for name in what.step.needs:
            if name in self.fields and self.ledger.by_name[name].type == "date":
                self.fields[name].widget = DayWidget(on)
                self.fields[name].initial = on.isoformat()
        # Ticks are read by the page; this holds what is wrong with them.
        self.fields["chosen"] = forms.CharField(label=_("Which matters"), required=False)
        self.fields["reason"] = RawField(
            label=_("Why") if what.step.reason else _("Remark"),
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        )
        for field in self.fields.values():
            field.required = False
