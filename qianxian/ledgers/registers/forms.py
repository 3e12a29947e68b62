"""Forms for what happens to entries of registers. What is wrong the services say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from qianxian.core.errors import UserError
from qianxian.core.forms import day_field, offer
from qianxian.core.models import Place, User
from qianxian.ledgers.filters import place_choices
from qianxian.ledgers.forms import LedgerForm, places_to_record
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers.duplicates import called
from qianxian.ledgers.registers.households import Going
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.widgets import RawField, shown
from qianxian_packs import Ledger


class OfEntry(forms.Form):
    """What all of these share: the version that the person saw, and errors at their fields."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, entry: Entry, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["version"].initial = entry.version
        self.entry = entry

    def refuse(self, error: UserError) -> None:
        """Each fault at its field; what has none of its own, at the top."""
        faults = error.errors if isinstance(error, InvalidEntry) else {"": str(error)}
        for name, says in faults.items():
            self.add_error(name if name in self.fields else None, says)


class EndForm(OfEntry):
    """`along`: who goes with it, already ticked."""

    on = day_field("从哪天起不在", help_text="这天起不再算数，以前的照算。")
    why = forms.ChoiceField(label="为什么", widget=forms.RadioSelect)
    note = forms.CharField(label="凭什么", max_length=100, required=False)
    along = forms.MultipleChoiceField(
        label="一起走的", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, entry: Entry, members: Sequence[Entry], *args: Any, **options: Any) -> None:
        super().__init__(entry, *args, **options)
        offer(self, "why").choices = [(why, why) for why in entry.definition.ends]
        if members:
            self.fields["along"].initial = [str(m.pk) for m in members]
            offer(self, "along").choices = [(str(m.pk), called(m)) for m in members]
        else:
            del self.fields["along"]

    def along_keys(self) -> list[UUID]:
        return [UUID(key) for key in self.cleaned_data.get("along", ())]


class PlacedForm(OfEntry):
    """Something that also says where; only places where the person records."""

    place = forms.ChoiceField(label="在哪里")

    def __init__(self, entry: Entry, user: User, on: date, *args: Any, **options: Any) -> None:
        super().__init__(entry, *args, **options)
        self.places = {p.code: p for p in places_to_record(user, entry.definition, on)}
        offer(self, "place").choices = [("", "请选"), *place_choices(self.places.values())]
        if entry.place_id in self.places:
            self.fields["place"].initial = entry.place_id

    def chosen_place(self) -> Place:
        return self.places[self.cleaned_data["place"]]


class AgainForm(PlacedForm):
    on = day_field("从哪天起又在")
    why = forms.CharField(label="为什么", max_length=60, help_text="例如迁回、重新开业。")
    field_order = ["on", "why", "place"]


class MoveForm(PlacedForm):
    on = day_field("从哪天起")
    note = forms.CharField(label="凭什么", max_length=100, required=False)
    field_order = ["place", "on", "note"]

    def __init__(self, entry: Entry, user: User, on: date, *args: Any, **options: Any) -> None:
        super().__init__(entry, user, on, *args, **options)
        self.fields["place"].label, self.fields["place"].initial = "搬到哪里", ""


class HomeForm(LedgerForm):
    """Members who go over, each with what he or she is in the other household."""

    def add_members(
        self, ties: Sequence[Entry], names: Mapping[UUID, str], *, choose: bool
    ) -> None:
        self.ties = list(ties)
        for tie in self.ties:
            who = names.get(tie.pk, "不归你的岗位看的一人")
            if choose:
                label = f"{who}（{tie.data.get('relation', '')}）"
                self.fields[f"go_{tie.pk.hex}"] = forms.BooleanField(label=label, required=False)
            choices = [(c, c) for c in self._relations(tie)]
            self.fields[f"as_{tie.pk.hex}"] = RawField(
                label=f"{who}到那边是",
                widget=forms.Select(choices=choices),
                initial=tie.data.get("relation", ""),
            )

    def _relations(self, tie: Entry) -> Iterable[str]:
        known = tie.definition.by_name.get("relation")
        return known.choices if known else ()

    def members(self) -> list[tuple[forms.BoundField | None, forms.BoundField]]:
        """Tick and relation of each, for the page."""
        return [
            (
                self[f"go_{tie.pk.hex}"] if f"go_{tie.pk.hex}" in self.fields else None,
                self[f"as_{tie.pk.hex}"],
            )
            for tie in self.ties
        ]

    def going(self) -> list[Going]:
        chosen = [t for t in self.ties if self.cleaned_data.get(f"go_{t.pk.hex}", True)]
        return [
            Going(t, {"relation": value} if (value := self.cleaned_data[f"as_{t.pk.hex}"]) else {})
            for t in chosen
        ]


class PartForm(HomeForm):
    """The new household's open fields, who goes, and how many stay."""

    def __init__(
        self,
        household: Entry,
        ties: Sequence[Entry],
        names: Mapping[UUID, str],
        user: User,
        on: date,
        *args: Any,
    ) -> None:
        super().__init__(household.definition, user, on, *args)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=household.version
        )
        self.fields["on"] = day_field("哪天分的户", initial=on)
        self.add_members(ties, names, choose=True)
        self.places = {p.code: p for p in places_to_record(user, household.definition, on)}
        self.fields["place"] = RawField(
            label="新户在哪里",
            widget=forms.Select(choices=place_choices(self.places.values())),
            initial=household.place_id,
        )
        self.fields["place"].required = True
        self.add_fields(f for f in household.definition.fields if not f.private)
        for field in household.definition.fields:
            if field.name in self.fields:
                self.fields[field.name].required = field.required
                self.fields[field.name].label = f"新户的{field.label}"
        add_persons(self, household, "原来这一户还有几人")

    def place(self) -> Place | None:
        return self.places.get(self.cleaned_data.get("place") or "")


class JoinForm(HomeForm):
    """Into which household, what each member is there, and how many it has then."""

    def __init__(
        self,
        household: Entry,
        ledger: Ledger,
        ties: Sequence[Entry],
        names: Mapping[UUID, str],
        user: User,
        on: date,
        *args: Any,
    ) -> None:
        super().__init__(ledger, user, on, *args)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=household.version
        )
        self.add_picker("subject", "并入哪一户", "")
        self.fields["on"] = day_field("哪天并的户", initial=on)
        self.add_members(ties, names, choose=False)
        add_persons(self, household, "并户以后那一户共几人")


def add_persons(form: LedgerForm, household: Entry, label: str) -> None:
    """How many people, where the register counts them."""
    if "persons" in household.definition.by_name:
        form.fields["left_persons"] = RawField(
            label=label,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            help_text=f"现在写的是 {shown(household.data.get('persons')) or '—'} 人。不变就空着。",
        )


def changed_persons(form: LedgerForm) -> dict[str, Any]:
    given = form.cleaned_data.get("left_persons")
    return {"persons": given} if given else {}
