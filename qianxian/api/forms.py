"""The form for a new token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qianxian.api.models import LONGEST_DAYS, LONGEST_NAME, ApiToken
from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.core.queries import today
from qianxian.ledgers.search import readable

_ALL, _SOME = "all", "some"
_SPANS = (("30", "30 天"), ("90", "90 天"), ("180", "半年"), (str(LONGEST_DAYS), "一年"))


class TokenForm(forms.Form):
    """What the program is called, what it may do, with which ledgers, for how long."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=LONGEST_NAME,
        help_text=_("Which program uses it; the name stands in the history of what it saves."),
        error_messages={"required": "还没写名称。写哪个程序用，例如“县平台取数”。"},
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=ApiToken.Scope.choices,
        widget=forms.RadioSelect,
        initial=ApiToken.Scope.READ,
        error_messages={"required": "还没选这个令牌能做什么。"},
    )
    which = forms.ChoiceField(
        label=_("With which ledgers"),
        choices=[(_ALL, "我能看的全部台账"), (_SOME, "只给下面选中的")],
        widget=forms.RadioSelect,
        initial=_ALL,
        error_messages={"required": "还没选给哪些台账。"},
    )
    ledgers = forms.MultipleChoiceField(
        label=_("Chosen ledgers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(
        label=_("How long it lasts"),
        choices=_SPANS,
        widget=forms.RadioSelect,
        initial="90",
        error_messages={"required": "还没选用多久。"},
    )

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        lines = catalogue().lines
        self.fields["ledgers"].choices = [  # type: ignore[attr-defined]
            (ledger.id, f"{lines[ledger.line].name}：{ledger.name}")
            for ledger in readable(user, today())
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("which") == _SOME and not data.get("ledgers"):
            self.add_error("ledgers", "还没选台账。选几本，或者改成“我能看的全部台账”。")
        return data

    def wanted(self) -> dict[str, Any]:
        """What the service is told."""
        data = self.cleaned_data
        ledgers = data["ledgers"] if data["which"] == _SOME else []
        return {
            "name": data["name"],
            "scope": data["scope"],
            "ledgers": ledgers,
            "days": int(data["days"]),
        }

    def refuse(self, error: UserError) -> None:
        self.add_error("name", str(error))
