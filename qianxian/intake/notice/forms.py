"""Forms of notices: the words, the proposal that a clerk corrects, a village's answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qianxian.core.models import Place
from qianxian.intake.notice import drafts
from qianxian.intake.notice.services import Order
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import photos
from qianxian.matters.errors import BadPhoto
from qianxian.matters.photos import Photo
from qianxian_reader import UnreadableFile
from qianxian_reader.notice import text_of_file

LARGEST_FILE = 10 * 1024 * 1024
# A notice of more characters is a book; reading it would hold up the page.
MOST_CHARACTERS = 20_000


class WordsForm(forms.Form):
    """A pasted message or a file; the file wins where both came."""

    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 9}))
    file = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": ".docx,.txt,.pdf,.html"})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = _("Paste the message here")
        self.fields["file"].label = _("Or the file: .docx, .txt, .pdf")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        if upload:
            data["text"] = self._read(upload)
        text = (data.get("text") or "").strip()
        if not text and not self.errors:
            self.add_error("text", "还没有内容。把群里的话粘贴进来，或者选一个文件。")
        if len(text) > MOST_CHARACTERS:
            self.add_error("text", "这份太长，不像一份通知。请只留通知的正文。")
        data["text"] = text
        return data

    def _read(self, upload: Any) -> str:
        if upload.size > LARGEST_FILE:
            self.add_error("file", "这个文件超过 10 MB。请只留通知的正文，或者把文字粘贴进来。")
            return ""
        try:
            return text_of_file(upload.read(), upload.name)
        except UnreadableFile as error:
            self.add_error("file", error.sentence)
            return ""


class _Refusable(forms.Form):
    def refuse(self, error: InvalidEntry) -> None:
        """Each fault at its field; one without a field on top."""
        for name, says in error.errors.items():
            self.add_error(name if name in self.fields else None, says)


class OrderForm(_Refusable):
    """Villages, what they do and until when."""

    asks = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    village_deadline = forms.CharField(
        required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    village_time = forms.CharField(required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    villages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, places: Sequence[Place], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = {place.code: place for place in places}
        self.fields["asks"].label = _("What is asked, one a line")
        self.fields["village_deadline"].label = _("Villages report by")
        self.fields["village_time"].label = _("Hour")
        self.fields["villages"].label = _("To the villages")
        chosen = self.fields["villages"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = [(place.code, place.name) for place in places]

    def order(self, *, shared: bool = True) -> Order:
        data = self.cleaned_data
        codes = data["villages"] if shared else []
        return Order(
            asks=data["asks"],
            deadline=data["village_deadline"],
            deadline_time=data["village_time"],
            villages=[self.places[code] for code in codes],
        )


class ProposalForm(OrderForm):
    """What was read, for a person to correct. The words and the key travel with it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(widget=forms.HiddenInput, required=False)
    issuer = forms.CharField(required=False)
    number = forms.CharField(required=False)
    subject_text = forms.CharField(required=False)
    received_on = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    deadline = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    deadline_time = forms.CharField(required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    list_class = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    _SAYS = {
        "issuer": "还没写是哪个单位发的。群里没写的，写转来的人所在的站所。",
        "subject_text": "还没写标题。写一句说明是什么事。",
        "received_on": "还没写收到的日期。",
    }

    def __init__(
        self, places: Sequence[Place], classes: Sequence[str], *args: Any, **options: Any
    ) -> None:
        super().__init__(places, *args, **options)
        labels = {
            "issuer": _("Issuer of the notice"),
            "number": _("Number of the notice"),
            "subject_text": _("Subject of the notice"),
            "received_on": _("Received on"),
            "deadline": _("Deadline of the issuer"),
            "deadline_time": _("Hour"),
            "list_class": _("List of duties"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        chosen = self.fields["list_class"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(name, name) for name in classes]
        self.initial.setdefault("key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, says in self._SAYS.items():
            if not (data.get(name) or "").strip():
                self.add_error(name, says)
        return data

    def values(self) -> dict[str, Any]:
        """Raw values of the notice, by field of its ledger."""
        names = [
            "issuer",
            "number",
            "subject_text",
            "received_on",
            "deadline",
            "deadline_time",
            "asks",
            "list_class",
        ]
        found = {name: self.cleaned_data.get(name) or "" for name in names}
        return found | {"original": drafts.kept(self.cleaned_data["text"])}


class AnswerForm(_Refusable):
    """What the village did, and a photo where one helps."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(required=False, widget=forms.FileInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"].label = _("What was done")
        self.fields["photo"].label = _("Take a photo")
        self.pictures: list[Photo] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("answer") or "").strip():
            self.add_error("answer", "还没写办得怎样。没有的就写“没有，零报告”。")
        if upload := data.get("photo"):
            try:
                self.pictures = [photos.keep(upload.file, upload.name)]
            except BadPhoto as error:
                self.add_error("photo", str(error))
        return data


class CheckForm(_Refusable):
    """The office's word on an answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    return_reason = forms.CharField(required=False)


class RecallForm(_Refusable):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = _("Why it is recalled")
