"""Forms of reports: an old one to read, a new one to begin, its words, a task for the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post
from qianxian.reports.models import Report, SourceReport
from qianxian_figures import Period

LARGEST_FILE = 20 * 1024 * 1024


def periods(on: date, *, back: int) -> list[tuple[str, str]]:
    """Years and half-years of late, the newest first, as choices."""
    found = []
    for year in range(on.year, on.year - back - 1, -1):
        for text in (f"{year}", f"{year}-H2", f"{year}-H1"):
            period = Period.of(text)
            if period.start <= on:
                found.append((text, period.label()))
    return found


class _WithPlace(forms.Form):
    """A form that is about one of the places for which its user may write."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("Place"), empty_label=None)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [place.code for place in places]
        field = self.fields["place"]
        field.queryset = Place.objects.filter(code__in=codes)  # type: ignore[attr-defined]
        if places:
            field.initial = places[0]


class ReadForm(_WithPlace):
    """A file, or pasted text; which period it tells of, unless it says so itself."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text="能读 .docx、.txt、.pdf（有文字层）、.html、.xlsx、.csv",
    )
    text = forms.CharField(
        label=_("Or paste the text"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    period = forms.ChoiceField(label=_("Which period it tells of"), required=False)

    field_order = ("file", "text", "period", "place")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("", "照报告里写的"),
            *periods(on, back=6),
        ]

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(
                "这个文件超过 20 MB，不像是一份报告。去掉图片另存一份再读。"
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("file", "还没选文件，也没粘文字。选一个文件，或者把正文粘到下面。")
        return cleaned

    def given(self) -> tuple[bytes, str, Period | None]:
        """Bytes, name and period of what was handed in."""
        file, period = self.cleaned_data["file"], self.cleaned_data["period"]
        told = Period.of(period) if period else None
        if file:
            return file.read(), file.name, told
        return self.cleaned_data["text"].encode(), "粘贴的文字.txt", told


class WriteForm(_WithPlace):
    """A new report: whose words, which period."""

    base = forms.ModelChoiceField(
        SourceReport.objects.none(),
        label=_("In the words of"),
        required=False,
        empty_label="不用旧稿，用条线包里的段落",
        help_text="照旧稿的标题和写法，对得上的数换成今年的，对不上的逐个列出来",
    )
    period = forms.ChoiceField(label=_("Period"))
    title = forms.CharField(
        label=_("Title"), required=False, max_length=120, help_text="不写就照旧稿的标题，年份往后推"
    )
    issuer = forms.CharField(label=_("Issuer"), required=False, max_length=60)
    has_letterhead = forms.BooleanField(label=_("With a red head"), required=False)

    field_order = ("base", "period", "place", "title", "issuer", "has_letterhead")

    def __init__(
        self, *args: Any, on: date, sources: Sequence[SourceReport], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods(on, back=2)  # type: ignore[attr-defined]
        known = SourceReport.objects.filter(pk__in=[s.pk for s in sources]).listed()
        self.fields["base"].queryset = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("has_letterhead") and not cleaned.get("issuer"):
            self.add_error("issuer", "红头要有发文机关。写上署名，或者不用红头。")
        return cleaned

    def given(self) -> dict[str, Any]:
        """What `draft_report` takes."""
        return {**self.cleaned_data, "period": Period.of(self.cleaned_data["period"])}


class EditForm(forms.Form):
    """The words of a draft. `version` is the one that was opened."""

    title = forms.CharField(label=_("Title"), max_length=120)
    template = forms.CharField(
        label=_("Text of the report"),
        widget=forms.Textarea(attrs={"rows": 26, "class": "template"}),
    )
    issuer = forms.CharField(label=_("Issuer"), required=False, max_length=60)
    number = forms.CharField(
        label=_("Document number"), required=False, max_length=40, help_text="如 青政发〔2026〕3号"
    )
    has_letterhead = forms.BooleanField(label=_("With a red head"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, report: Report) -> EditForm:
        names = ("title", "template", "issuer", "number", "has_letterhead", "version")
        return cls(initial={name: getattr(report, name) for name in names})


class TaskForm(forms.Form):
    """A task of an old report as it goes into the plan."""

    text = forms.CharField(label=_("Task"), max_length=300)
    indicator = forms.ChoiceField(label=_("Measured by"), required=False)
    value = forms.DecimalField(
        label=_("Target"), required=False, min_value=0, max_digits=16, decimal_places=4
    )
    lead = forms.ModelChoiceField(
        Post.objects.none(), label=_("Leading post"), required=False, empty_label="以后再定"
    )
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [i for i in catalogue().indicators.values() if i.target == "allowed"]
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            ("", "不按数字算，只写事"),
            *((i.id, f"{i.name}（{i.unit}）") for i in allowed),
        ]
        posts = Post.objects.filter(place__path__startswith=place.path).select_related("office")
        self.fields["lead"].queryset = posts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("indicator") and cleaned.get("value") is None:
            self.add_error("value", "选了指标，还没写要完成多少。写一个数，或者不按数字算。")
        return cleaned
