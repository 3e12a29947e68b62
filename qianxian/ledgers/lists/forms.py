"""The form of what is done to many rows: what, which field, which value, why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from qianxian.core.models import User
from qianxian.ledgers.forms import LedgerForm
from qianxian.ledgers.lists import bulk
from qianxian.ledgers.lists.bulk import Do, Foreseen, Wish
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.widgets import RawField
from qianxian_packs import Ledger

_DOES: tuple[Do, ...] = get_args(Do)


class ManyForm(LedgerForm):
    """`do` comes with the rows; a correction asks first for the field, then for its value."""

    def __init__(
        self, ledger: Ledger, user: User, on: date, entries: Sequence[Entry], data: QueryDict
    ) -> None:
        super().__init__(ledger, user, on, data)
        given = data.get("do", "")
        self.do: Do = given if given in _DOES else "correct"
        self.is_asked = "look" in data or "save" in data
        self.named = ""
        if self.do == "correct":
            self._ask_for_a_field(data.get("field", ""))
        elif self.do == "campaign":
            self._ask_for_a_campaign(entries)
        self.fields["reason"] = RawField(
            label=_("Why"), help_text=_("One sentence; it stands in the history of each entry.")
        )
        self.fields["reason"].required = True

    def _ask_for_a_field(self, name: str) -> None:
        known = {f.name: f for f in bulk.fields_for(self.ledger)}
        choices = [("", _("Choose")), *((f.name, f.label) for f in known.values())]
        self.fields["field"] = RawField(label=_("Field"), widget=forms.Select(choices=choices))
        if name in known:
            self.named = name
            self.add_fields([known[name]])
            self.fields[name].required = known[name].required

    def _ask_for_a_campaign(self, entries: Sequence[Entry]) -> None:
        codes = bulk.township_codes(entries[0]) if entries else []
        known = bulk.campaigns(self.user, codes, self.on)
        listed = [(code, f"{name}（{code}）") for code, name in known]
        choices = [("", _("No campaign")), *listed]
        self.fields["campaign"] = RawField(
            label=_("Campaign"), widget=forms.Select(choices=choices)
        )

    @property
    def is_ready(self) -> bool:
        """Whether all is there that is needed to work it out."""
        return self.is_asked and (self.do != "correct" or bool(self.named))

    def wish(self) -> Wish:
        self.is_valid()
        if self.do == "correct":
            return Wish("correct", self.named, self.cleaned_data.get(self.named))
        if self.do == "campaign":
            return Wish("campaign", value=self.cleaned_data.get("campaign") or "")
        return Wish("remove")

    @property
    def reason(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("reason") or ""

    def foresee(self, entries: Sequence[Entry], *, at: datetime) -> Foreseen | None:
        """None until all is there that is needed."""
        if not self.is_ready:
            return None
        return bulk.foresee(entries=entries, wish=self.wish(), by=self.user, at=at)

    def refuse(self, error: InvalidEntry) -> None:
        """A value that no entry can have stands at its own control."""
        own = {self.named if name == "value" else name: says for name, says in error.errors.items()}
        super().refuse(InvalidEntry(own))

    def said(self, count: int) -> str:
        """What was done, for the line with 撤回."""
        if self.do == "correct":
            label = self.ledger.by_name[self.named].label
            return _("%(field)s corrected in %(count)d entries.") % {"field": label, "count": count}
        if self.do == "campaign":
            return _("Campaign set in %(count)d entries.") % {"count": count}
        return _("%(count)d entries removed.") % {"count": count}

    @property
    def value_shown(self) -> forms.BoundField:
        return self[self.named]

    @property
    def unit(self) -> str:
        return self.ledger.by_name[self.named].shown_unit
