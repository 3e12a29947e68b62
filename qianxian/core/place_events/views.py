"""地方变更: the tree with its names, each change with its preview, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import gate, queries
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, PlaceAlias, PlaceEvent
from qianxian.core.permissions import Permission
from qianxian.core.place_events import acts
from qianxian.core.place_events.forms import FORMS, AliasForm, EventForm, kinds_for
from qianxian.core.place_events.plans import BadPlan
from qianxian.core.place_events.preview import Preview, preview
from qianxian.core.requests import SignedIn

_EVENTS = 50


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """The places that the reader may change, with what became of them."""
    townships = _townships(request)
    context = {"townships": [(town, _villages(town), _events(town)) for town in townships]}
    return render(request, "core/places/index.html", context)


@require_safe
def place(request: SignedIn, code: str) -> HttpResponse:
    """One place: its names, its groups, what may be done."""
    return _page(request, _place_or_404(request, code), AliasForm())


def _page(request: SignedIn, found: Place, form: AliasForm) -> HttpResponse:
    standing = found.valid_to is None
    context = {
        "place": found,
        "form": form,
        "aliases": found.aliases.all(),
        "kinds": kinds_for(found) if standing else [],
        "groups": found.children.filter(valid_to__isnull=True).order_by("code"),
        "events": found.events.select_related("commit", "undone"),
    }
    status = 422 if form.errors else 200
    return render(request, "core/places/place.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedIn, code: str, kind: str) -> HttpResponse:
    """One change. First what it touches, then, with that before one's eyes, the change itself."""
    found = _place_or_404(request, code)
    if kind not in dict(kinds_for(found)) or found.valid_to:
        raise Http404
    form = FORMS[kind](found, request.POST or None, initial={"on": queries.today()})
    shown: Preview | None = None
    if form.is_bound and form.is_valid():
        try:
            plan = form.plan()
            if "sure" in request.POST:
                event = acts.carry_out(plan=plan, by=request.user, at=timezone.now())
                messages.success(
                    request, f"办好了：{event.commit.reason}。要撤，在下面的经过里撤。"
                )
                return redirect("places:index")
            shown = preview(plan, request.user)
        except BadPlan as error:
            form.refuse(error)
        except NotVisible:
            raise
        except UserError as error:
            form.add_error(None, str(error))
    return _change_page(request, found, form, shown)


def _change_page(
    request: SignedIn, found: Place, form: EventForm, shown: Preview | None
) -> HttpResponse:
    context = {"place": found, "form": form, "shown": shown}
    status = 422 if form.errors else 200
    return render(request, "core/places/change.html", context, status=status)


@require_POST
def take_back(request: SignedIn, key: int) -> HttpResponse:
    event = get_object_or_404(PlaceEvent.objects.select_related("place"), pk=key)
    _place_or_404(request, event.place_id)
    commit = acts.take_back(event=event, by=request.user, at=timezone.now())
    messages.success(request, f"{commit.reason}。地方、底册和权限都回到了变更以前。")
    return redirect("places:index")


@require_POST
def add_alias(request: SignedIn, code: str) -> HttpResponse:
    found = _place_or_404(request, code)
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            acts.add_alias(place=found, name=name, by=request.user, at=timezone.now())
        except BadPlan as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"记下了：{found}也叫{name}。")
            return redirect("places:place", found.pk)
    return _page(request, found, form)


@require_POST
def drop_alias(request: SignedIn, key: int) -> HttpResponse:
    alias = get_object_or_404(PlaceAlias.objects.select_related("place"), pk=key)
    found = _place_or_404(request, alias.place_id)
    acts.remove_alias(alias=alias, by=request.user, at=timezone.now())
    messages.success(request, f"去掉了：{alias.name}。")
    return redirect("places:place", found.pk)


def _townships(request: SignedIn) -> list[Place]:
    who, wanted, on = request.user, Permission.PLACE_EDIT, queries.today()
    rows = Place.objects.filter(level=Place.Level.TOWNSHIP).order_by("code")
    found = [town for town in rows if gate.can(who, wanted, line="", place=town, on=on)]
    if not found:
        raise NotAllowed("地方的变更由管理员办。要办，请找管理员。")
    return found


def _place_or_404(request: SignedIn, code: str) -> Place:
    """A village or group of a township that the reader may change; others are not there."""
    wanted = [Place.Level.VILLAGE, Place.Level.GROUP]
    found = get_object_or_404(Place.objects.select_related("parent"), pk=code, level__in=wanted)
    try:
        acts.require_place(request.user, queries.township_of(found), queries.today())
    except NotVisible as error:
        raise Http404 from error
    return found


def _villages(town: Place) -> list[tuple[Place, list[str], int]]:
    """Village, its other names, its groups; ended ones last."""
    inside = Place.objects.filter(parent=town, level=Place.Level.VILLAGE).ever()
    found = list(inside.select_related("successor").prefetch_related("aliases", "children"))
    found.sort(key=lambda v: (v.valid_to is not None, v.code))
    return [
        (
            village,
            [alias.name for alias in village.aliases.all()],
            sum(child.valid_to is None for child in village.children.all()),
        )
        for village in found
    ]


def _events(town: Place) -> list[PlaceEvent]:
    rows = PlaceEvent.objects.filter(place__path__startswith=town.path)
    newest = rows.select_related("commit", "undone").order_by("-on", "-id")
    return list(newest[:_EVENTS])
