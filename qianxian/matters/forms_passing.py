"""Forms on which a matter goes to another post, is tied to others, or is asked about afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qianxian.core.models import Post
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.forms import VersionedForm
from qianxian_packs import ANSWERS


def _why(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500})
    )


class HandOnForm(VersionedForm):
    """To which post, and why."""

    def __init__(self, posts: Iterable[Post], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"] = forms.ChoiceField(
            label=_("To which post"),
            choices=[(post.pk, str(post)) for post in posts],
            widget=forms.RadioSelect,
            error_messages={"required": "还没选转给哪个岗位。"},
        )
        self.fields["reason"] = _why(_("Why"))


class AnswerForm(VersionedForm):
    """One of the answers. There is no place for more: nothing of the person is kept."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"] = forms.ChoiceField(
            label=_("What the person says"),
            choices=[(answer, answer) for answer in ANSWERS],
            widget=forms.RadioSelect,
            error_messages={"required": "还没选本人怎么说。"},
        )


class TieForm(VersionedForm):
    """Which other matter, and what it is to this one."""

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["other"] = forms.ChoiceField(
            label=_("Which matter"),
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": "还没选另一件。"},
        )
        self.fields["reason"] = _why(_("Why"))


class SplitForm(VersionedForm):
    """One line for each matter that is parted from this one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parts"] = forms.CharField(
            label=_("The other matters, one a line"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000}),
        )
        self.fields["reason"] = _why(_("Why"))


class AddressForm(forms.Form):
    """Where reminders go; empty for none."""

    address = forms.CharField(
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["address"].label = _("Your mail address")

    def refuse(self, error: InvalidEntry) -> None:
        for name, sentence in error.errors.items():
            self.add_error(name, sentence)
