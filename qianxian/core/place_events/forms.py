"""Forms for changes of places. What cannot be, the plan says at its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from qianxian.core.forms import day_field, offer
from qianxian.core.models import Place
from qianxian.core.place_events import plans
from qianxian.core.place_events.plans import BadPlan, Plan
from qianxian.core.queries import township_of


class _EventForm(forms.Form):
    """The day, and on which paper it stands. Each kind adds what it needs, and plans itself."""

    on = day_field("从哪天起", help_text="新的从这天起算。只能是今天或以前。")
    note = forms.CharField(
        label="依据", max_length=200, required=False, help_text="例如县里的批复文号。"
    )
    heading, explains = "", ""

    def __init__(self, place: Place, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.about = place
        self.order_fields([n for n in self.fields if n not in ("on", "note")] + ["on", "note"])

    def refuse(self, error: BadPlan) -> None:
        for name, says in error.errors.items():
            self.add_error(name if name in self.fields else None, says)


class RenameForm(_EventForm):
    name = forms.CharField(label="新名字", max_length=60)
    heading = "更名"
    explains = "原来的名字记作曾用名，导入、记一笔和查找照样认得。"

    def plan(self) -> Plan:
        told = self.cleaned_data
        return plans.rename(self.about, told["name"], told["on"], told["note"])


class MergeForm(_EventForm):
    """For a village also what each of its groups is called there."""

    into = forms.ModelChoiceField(Place.objects.none(), label="并入哪里", empty_label="请选")
    heading = "并入"
    explains = "它到前一天为止；以前的记录和数字留在它名下，底册转到并入的地方。"

    def __init__(self, place: Place, *args: Any, **options: Any) -> None:
        super().__init__(place, *args, **options)
        offer(self, "into").queryset = _beside(place)
        self.groups = plans.standing_groups(place) if place.level == Place.Level.VILLAGE else []
        for group in self.groups:
            self.fields[f"name_{group.code}"] = forms.CharField(
                label=f"{group.name}到那边叫", max_length=60, required=False
            )

    def plan(self) -> Plan:
        told = self.cleaned_data
        given = {g.code: told.get(f"name_{g.code}", "") for g in self.groups}
        names = {code: name for code, name in given.items() if name}
        return plans.merge(self.about, told["into"], told["on"], names, told["note"])


class SplitForm(_EventForm):
    name = forms.CharField(label="新村名字", max_length=60)
    code = forms.CharField(label="新村代码", max_length=12, help_text="12位统计区划代码。")
    groups = forms.MultipleChoiceField(
        label="哪些组分出去",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "还没选哪些组分出去。至少选一个组。"},
    )
    heading = "拆出新村"
    explains = "分出去的组在新村里有新的代码；留下的不变。"

    def __init__(self, place: Place, *args: Any, **options: Any) -> None:
        super().__init__(place, *args, **options)
        standing: Sequence[Place] = plans.standing_groups(place)
        offer(self, "groups").choices = [(g.code, g.name) for g in standing]
        self.fields["code"].initial = plans.free_village_code(township_of(place))

    def plan(self) -> Plan:
        told = self.cleaned_data
        return plans.split(
            self.about, told["name"], told["code"], told["groups"], told["on"], told["note"]
        )


class GiveForm(_EventForm):
    to = forms.ModelChoiceField(Place.objects.none(), label="划归哪个村", empty_label="请选")
    name = forms.CharField(
        label="到那边叫", max_length=60, required=False, help_text="不改就空着。"
    )
    heading = "划归别的村"
    explains = "它在那个村里有新的代码；以前的记录和数字留在原来的村。"

    def __init__(self, place: Place, *args: Any, **options: Any) -> None:
        super().__init__(place, *args, **options)
        offer(self, "to").queryset = _beside(place.parent or place)

    def plan(self) -> Plan:
        told = self.cleaned_data
        return plans.give(self.about, told["to"], told["on"], told["name"], told["note"])


class AliasForm(forms.Form):
    name = forms.CharField(
        label="大家还叫它什么", max_length=60, help_text="老村名、俗称。导入、记一笔和查找都认得。"
    )


EventForm = RenameForm | MergeForm | SplitForm | GiveForm

FORMS: dict[str, type[EventForm]] = {
    "rename": RenameForm,
    "merge": MergeForm,
    "split": SplitForm,
    "give": GiveForm,
}


def kinds_for(place: Place) -> list[tuple[str, str]]:
    """What may become of a place of this level, with its word."""
    wanted = {
        Place.Level.VILLAGE: ("rename", "merge", "split"),
        Place.Level.GROUP: ("rename", "merge", "give"),
    }.get(Place.Level(place.level), ("rename",))
    return [(kind, FORMS[kind].heading) for kind in wanted]


def _beside(place: Place) -> Any:
    """Standing places of the same level and parent."""
    rows = Place.objects.filter(parent=place.parent_id, level=place.level, valid_to__isnull=True)
    return rows.exclude(pk=place.pk).order_by("code")
