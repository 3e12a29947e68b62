"""Forms of matters: a step with its fields and photos, more time, opening again, holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _

from qianxian.core.models import Place, User
from qianxian.ledgers.forms import LedgerForm
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.widgets import DayWidget, RawField, shown
from qianxian.matters import photos
from qianxian.matters.clocks import Run
from qianxian.matters.errors import BadPhoto
from qianxian.matters.flows import Kind, Need, pictures_needed
from qianxian.matters.photos import Photo
from qianxian_packs import Step

_KEPT_FOR = 12 * 60 * 60
_SALT = "matters.photos"


class StepForm(LedgerForm):
    """What a step asks for. Photos that came in well are kept while the rest is put right."""

    def __init__(
        self,
        entry: Entry,
        step: Step,
        user: User,
        on: date,
        *args: Any,
        needs: Iterable[Need] = (),
        typed_for: Iterable[User] = (),
        may_take: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(entry.definition, user, on, *args, **options)
        self.entry, self.step, self.may_take = entry, step, may_take
        self.pictures: list[Photo] = []
        found = list(needs)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=entry.version)
        self.fields["kept"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.add_fields(self.ledger.by_name[name] for name in step.needs)
        self._fill({need.field for need in found if need.kind is Kind.FIELD and need.met})
        self._add_photos()
        self._add_reason(is_required=any(need.field == "reason" for need in found))
        self._add_typed_for(list(typed_for))

    def _fill(self, known: set[str]) -> None:
        """Dates get their buttons; what is known already stands there and may stay."""
        stored = self.entry.data
        for name in self.step.needs:
            field = self.ledger.by_name[name]
            made = self.fields.get(name)
            if made is None:
                continue
            made.required = name not in known or not field.private
            if field.type == "date":
                made.widget = DayWidget(self.on)
                made.initial = self.on.isoformat()
            if name in known and name in stored:
                made.initial = shown(field.from_json(stored[name]))

    def _add_photos(self) -> None:
        # One place more than needed, so that a second look can be shown too.
        wanted = self.photos_needed
        # Holds what is wrong with the photos together; the places to take them carry no errors.
        self.fields["photos"] = forms.CharField(label=_("Photos"), required=False)
        for n in range(1, wanted + 2 if wanted else 1):
            label = _("Take a photo") if n <= wanted else _("One more, if it helps")
            self.fields[f"photo_{n}"] = forms.FileField(
                label=label, required=n <= wanted, widget=forms.FileInput
            )

    def _add_reason(self, *, is_required: bool) -> None:
        self.fields["reason"] = RawField(
            label=_("Why") if is_required else _("Remark"),
            help_text=_("It stands in the history of this matter."),
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
        )
        self.fields["reason"].required = is_required

    def _add_typed_for(self, people: list[User]) -> None:
        if not people:
            return
        first = [("", _("I did it myself"))] if self.may_take else [("", _("Choose"))]
        self.fields["on_behalf_of"] = RawField(
            label=_("Who did it"),
            help_text=_("You type it for another; both names are kept."),
            widget=forms.Select(choices=[*first, *((p.username, p.name) for p in people)]),
        )
        self.fields["on_behalf_of"].required = not self.may_take

    @property
    def photos_needed(self) -> int:
        return pictures_needed(self.step)

    def photo_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("photo_")]

    def full_clean(self) -> None:
        # The browser checks nothing and neither does the form: the service says what is missing.
        required = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for name, was in required.items():
            self.fields[name].required = was

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "on_behalf_of" not in self.fields and not self.may_take:
            self.add_error(None, "这一步不归你的岗位办，也不能替他们录。请在岗的人自己办。")
        elif not self.may_take and not data.get("on_behalf_of"):
            self.add_error("on_behalf_of", "还没选是谁办的。你不在这个岗位上，只能替在岗的人录。")
        self.pictures = self._kept_before()
        for bound in self.photo_fields():
            upload = data.get(bound.name)
            if upload is None:
                continue
            try:
                photo = photos.keep(upload.file, upload.name)
            except BadPhoto as error:
                self.add_error("photos", str(error))
                continue
            if photo not in self.pictures:
                self.pictures.append(photo)
        return data

    def _kept_before(self) -> list[Photo]:
        """Photos of the sending before, by a signature: nobody can name a picture of another."""
        try:
            found = signing.loads(
                self.data.get(self.add_prefix("kept"), ""), salt=self._salt(), max_age=_KEPT_FOR
            )
        except signing.BadSignature:
            return []
        return [photos.from_json(photo) for photo in found]

    def kept_token(self) -> str:
        return signing.dumps([photo.as_json() for photo in self.pictures], salt=self._salt())

    def _salt(self) -> str:
        return f"{_SALT}.{self.entry.pk}.{self.user.pk}"


class VersionedForm(forms.Form):
    """The version that was seen. What is missing, the service says."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def refuse(self, error: InvalidEntry) -> None:
        for name, sentence in error.errors.items():
            self.add_error(name if name in self.fields else None, sentence)


class ExtensionForm(VersionedForm):
    """Which limit, how many days more, and why."""

    clock = forms.ChoiceField()
    days = forms.IntegerField(widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )

    def __init__(self, runs: Iterable[Run], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(run.clock.id, run.clock.label) for run in runs]
        self.fields["clock"] = forms.ChoiceField(
            label=_("Which limit"),
            choices=choices,
            widget=forms.HiddenInput() if len(choices) == 1 else forms.RadioSelect(),
            initial=choices[0][0] if choices else "",
            error_messages={"required": "还没选延哪个期限。"},
        )
        self.fields["days"].label = _("How many days more")
        self.fields["days"].error_messages = {
            "required": "还没写要延几天。",
            "invalid": "要延的天数写整数，例如 10。",
        }
        self.fields["reason"].label = _("Why")
        self.fields["reason"].required = False


class WhyForm(VersionedForm):
    """One sentence of why."""

    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )

    def __init__(self, label: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = label


class HolidayForm(forms.Form):
    """Days off or made-up working days, from one day to another, with the paper they stand in."""

    first = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_working = forms.ChoiceField(
        choices=[("no", "放假"), ("yes", "上班")], widget=forms.RadioSelect, initial="no"
    )
    name = forms.CharField(max_length=30)
    basis = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        labels = {
            "first": _("From"),
            "last": _("Until"),
            "is_working": _("What these days are"),
            "name": _("Name of the holiday"),
            "basis": _("basis"),
        }
        missing = {
            "first": "还没写从哪天起。",
            "last": "还没写到哪天止。",
            "name": "还没写是什么节，例如春节。",
            "basis": "还没写依据。写文号，例如国办发明电〔2026〕9号。",
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = missing.get(name, "")
        for name in ("first", "last"):
            self.fields[name].error_messages["invalid"] = "日期写成 2027-02-05 这样。"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not first <= last <= first + timedelta(days=60):
            self.add_error("last", "止的日期要在起的日期以后，一次最多 60 天。")
        return data

    def days(self) -> list[date]:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class FilterForm(forms.Form):
    """Conditions of the list. A wrong one is no condition."""

    kind = forms.ChoiceField(required=False)
    village = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)
    scope = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[tuple[str, str]],
        villages: Iterable[Place],
        states: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        everything = [("", _("All of them"))]
        for name, label, choices in (
            ("kind", _("Kind"), kinds),
            ("village", _("Village"), [(v.code, v.name) for v in villages]),
            ("state", _("State"), states),
        ):
            listed = list(choices)
            # One choice is none: a condition that changes nothing is not asked for.
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[*everything, *listed],
                widget=forms.Select() if len(listed) > 1 else forms.HiddenInput(),
            )


class LateForm(forms.Form):
    """Conditions of the week's sheet. A wrong one is no condition."""

    def __init__(
        self,
        *args: Any,
        weeks: Iterable[tuple[str, str]],
        lines: Iterable[tuple[str, str]],
        villages: Iterable[Place],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        everything = [("", _("All of them"))]
        self.fields["week"] = forms.ChoiceField(
            label=_("Until the end of"), required=False, choices=list(weeks)
        )
        self.fields["line"] = forms.ChoiceField(
            label=_("Line"), required=False, choices=[*everything, *lines]
        )
        self.fields["village"] = forms.ChoiceField(
            label=_("Village"),
            required=False,
            choices=[*everything, *((v.code, v.name) for v in villages)],
        )
