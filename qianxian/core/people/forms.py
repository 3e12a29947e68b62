"""Forms about people and posts. What a choice offers, the reader may manage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qianxian.core.definitions import catalogue
from qianxian.core.forms import day_field, offer
from qianxian.core.models import Office, Place, Post, User
from qianxian.core.people import rights
from qianxian.core.people.offices import duties
from qianxian.core.permissions import ROLES


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name with the user name, which tells two of one name apart."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"empty_label": _("Choose"), **more})

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.username}）"


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A township, or a village set in a little."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"empty_label": _("Choose"), **more})

    def label_from_instance(self, obj: Place) -> str:
        return obj.name if obj.level == Place.Level.TOWNSHIP else f"　{obj.name}"


def _people(user: User, on: date) -> Any:
    found = rights.people_in(rights.townships_of(user, on), on)
    return found.filter(is_active=True).order_by("name", "username")


def managed_places(user: User, on: date, *levels: str) -> Any:
    """Townships and villages in which the user manages people."""
    condition = rights.managed(user, on)
    wanted = levels or (Place.Level.TOWNSHIP, Place.Level.VILLAGE)
    return Place.objects.filter(condition, level__in=wanted).valid_on(on).order_by("path")


class OfficeForm(forms.Form):
    """An office. `place` only where it is opened, `head` only where it stands."""

    name = forms.CharField(label=_("Name"), max_length=60)
    place = PlaceChoice(Place.objects.none(), label=_("Township or village"))
    head = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Post that leads the office"),
        required=False,
        empty_label=_("None"),
        help_text=_("Its holder changes holders and absences of this office's posts."),
    )

    def __init__(self, *args: Any, user: User, on: date, office: Office | None = None, **more: Any):
        super().__init__(*args, **more)
        if office:
            del self.fields["place"]
            offer(self, "head").queryset = office.posts.standing().select_related("office")
        else:
            del self.fields["head"]
            offer(self, "place").queryset = managed_places(user, on)


class PostForm(forms.Form):
    """A post. Its duty and place stay as they were opened: matters were routed by them."""

    name = forms.CharField(label=_("Post"), max_length=60)
    duty = forms.ChoiceField(
        label=_("Duty"), help_text=_("What the steps of flows ask for; matters come by it.")
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office"), empty_label=_("Choose")
    )
    place = PlaceChoice(
        Place.objects.none(),
        label=_("Where it acts"),
        help_text=_("Its work comes from this place and everything below."),
    )

    def __init__(self, *args: Any, user: User, on: date, post: Post | None = None, **more: Any):
        super().__init__(*args, **more)
        places = managed_places(user, on)
        offices = Office.objects.filter(place__in=places, closed_on__isnull=True)
        offer(self, "office").queryset = offices.select_related("place").order_by("place__path")
        if post:
            del self.fields["duty"], self.fields["place"]
        else:
            offer(self, "duty").choices = list(duties().items())
            offer(self, "place").queryset = places


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class HolderForm(forms.Form):
    """Who and from when. `seen` is the holder whom the page showed."""

    user = PersonChoice(User.objects.none(), label=_("Who"))
    on = day_field(_("From which day"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, on: date, **more: Any):
        super().__init__(*args, **more)
        offer(self, "user").queryset = _people(user, on)
        self.fields["on"].initial = on


class HandoverForm(forms.Form):
    """To whom, from when, and what the next one must know."""

    taker = PersonChoice(User.objects.none(), label=_("To whom"))
    on = day_field(_("From which day"))
    note = forms.CharField(
        label=_("What the next one must know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, on: date, **more: Any):
        super().__init__(*args, **more)
        offer(self, "taker").queryset = _people(user, on)
        self.fields["on"].initial = on + timedelta(days=1)


class AbsenceForm(forms.Form):
    first_day = day_field(_("From"))
    last_day = day_field(_("To"))
    note = forms.CharField(label=_("What the B holder must know"), max_length=200, required=False)


class GrantForm(forms.Form):
    """A role within a line and a place."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    line = forms.ChoiceField(label=_("Line"), required=False)
    place = PlaceChoice(Place.objects.none(), label=_("Place"))

    def __init__(self, *args: Any, user: User, on: date, **more: Any):
        super().__init__(*args, **more)
        offer(self, "role").choices = [
            (key, f"{role.name}：{role.description}") for key, role in ROLES.items()
        ]
        lines: Iterable[Any] = sorted(catalogue().lines.values(), key=lambda line: line.order)
        offer(self, "line").choices = [("", _("Every line")), *((x.id, x.name) for x in lines)]
        offer(self, "place").queryset = managed_places(user, on)


class PersonForm(forms.Form):
    """A new account. Without a user name one is proposed from the name."""

    name = forms.CharField(label=_("Name of the person"), max_length=30)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        required=False,
        help_text=_("Left empty, it is made from the name, like wangxy."),
    )
    home = PlaceChoice(Place.objects.none(), label=_("Belongs to"))

    def __init__(self, *args: Any, user: User, on: date, **more: Any):
        super().__init__(*args, **more)
        places = managed_places(user, on)
        offer(self, "home").queryset = places
        self.fields["home"].initial = places.first()


class FindForm(forms.Form):
    q = forms.CharField(label=_("Name or its initials"), required=False, max_length=30)
