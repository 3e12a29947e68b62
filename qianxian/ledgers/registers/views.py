"""Pages on which an entry of a register ends, begins again, moves; a household parts or joins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qianxian.core import parts
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers.corrections import require_edit
from qianxian.ledgers.history import last_commit, undo_url
from qianxian.ledgers.household.names import page_url
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import ending, households, ties
from qianxian.ledgers.registers.duplicates import called
from qianxian.ledgers.registers.forms import (
    AgainForm,
    EndForm,
    JoinForm,
    MoveForm,
    PartForm,
    changed_persons,
)
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import entry_or_404, now, post_for
from qianxian_packs import Ledger

_GET_POST = ["GET", "HEAD", "POST"]


@require_http_methods(_GET_POST)
def end(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """不在册了: moved away, died, closed, with what hangs on it."""
    entry = _register_entry(request, ledger, key)
    members = _along(request, entry)
    form = EndForm(entry, members, request.POST or None, initial={"on": today()})

    def act() -> None:
        told = form.cleaned_data
        ending.end_entry(
            entry=entry,
            **{name: told[name] for name in ("on", "why", "note", "version")},
            along=form.along_keys(),
            **_who(request, entry),
        )

    heading = f"{entry}不在册了"
    return _act(request, entry, form, act, heading, "记下来", "从这天起，它不再算进数字里。")


@require_http_methods(_GET_POST)
def again(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """又在册了: it came back."""
    entry = _register_entry(request, ledger, key)
    form = AgainForm(entry, request.user, today(), request.POST or None, initial={"on": today()})

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("on", "why", "version")}
        ending.begin_again(entry=entry, **told, place=form.chosen_place(), **_who(request, entry))

    sub = "中间不在的那一段不算数。在哪一户，另外登。"
    return _act(request, entry, form, act, f"{entry}又在册了", "记下来", sub)


@require_http_methods(_GET_POST)
def move(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """搬到别处 of the same township: figures of days before stay where it was."""
    entry = _register_entry(request, ledger, key)
    form = MoveForm(entry, request.user, today(), request.POST or None, initial={"on": today()})

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("on", "note", "version")}
        ending.move_entry(entry=entry, to=form.chosen_place(), **told, **_who(request, entry))

    sub = f"现在在{entry.place}。以前的记录和数字留在原处，只是写错了地方的，用“更正”。"
    return _act(request, entry, form, act, f"{entry}搬到别处", "记下来", sub)


@require_http_methods(_GET_POST)
def part(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """分户: who goes, and what the new household is."""
    entry = _register_entry(request, ledger, key)
    members = _members(entry)
    names = _names(request, members)
    form = PartForm(entry, members, names, request.user, today(), *_posted(request))

    def act() -> None:
        place = form.place()
        if place is None:
            raise InvalidEntry({"place": "还没选新户在哪里。"})
        households.part_household(
            household=entry,
            going=form.going(),
            new={n: v for n, v in form.raw().items() if v is not None},
            place=place,
            on=form.cleaned_data["on"],
            version=form.cleaned_data["version"],
            changed=changed_persons(form),
            **_who(request, entry),
        )

    return _home(request, entry, form, act, f"{entry}分户", "分开")


@require_http_methods(_GET_POST)
def join(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """并户: everybody goes over into another household."""
    entry = _register_entry(request, ledger, key)
    members = _members(entry)
    tying = _tying(entry)
    names = _names(request, members)
    form = JoinForm(entry, tying, members, names, request.user, today(), *_posted(request))

    def act() -> None:
        households.join_households(
            household=entry,
            into=_into(request, entry, form.cleaned_data.get("subject")),
            going=form.going(),
            on=form.cleaned_data["on"],
            version=form.cleaned_data["version"],
            changed=changed_persons(form),
            **_who(request, entry),
        )

    return _home(request, entry, form, act, f"{entry}并入别的户", "并过去")


# ---- what they share ----


def _register_entry(request: SignedIn, ledger: str, key: UUID) -> Entry:
    entry = entry_or_404(request.user, ledger, key)
    if not entry.definition.is_register or entry.deleted:
        raise NotVisible("底册里没有这一条，或者已经去掉了。回列表看看。")
    require_edit(entry, by=request.user, at=now())
    return entry


def _who(request: SignedIn, entry: Entry) -> dict[str, Any]:
    post = post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place)
    return {"by": request.user, "at": now(), "post": post}


def _members(entry: Entry) -> list[Entry]:
    _tying(entry)
    return households.members_of(entry)


def _tying(entry: Entry) -> Ledger:
    """The ledger of those who belong to it; only a household has one."""
    found = next((t.ledger for t in ties.tying(entry.ledger) if t.column == "subject"), None)
    if found is None:
        raise NotVisible(f"{entry.definition.name}里的不分户，也不并户。")
    return found


def _names(request: SignedIn, members: Iterable[Entry]) -> dict[UUID, str]:
    """Tie → the name of the person, of those that the reader may see."""
    keys = ties.tied(members)
    rows = Entry.objects.visible_to(request.user, today()).filter(pk__in=keys.values())
    names = {row.pk: called(row) for row in rows}
    return {tie: names[person] for tie, person in keys.items() if person in names}


def _along(request: SignedIn, entry: Entry) -> list[Entry]:
    """Who is tied to it and may go along, by what the reader sees."""
    keys = ties.tied(ties.open_ties(entry, column="subject")).values()
    rows = Entry.objects.visible_to(request.user, today()).present()
    return list(rows.filter(pk__in=list(keys)).order_by("title"))


def _into(request: SignedIn, entry: Entry, key: Any) -> Entry:
    rows = Entry.objects.visible_to(request.user, today()).present().select_related("place")
    try:
        found = rows.filter(ledger=entry.ledger, pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise InvalidEntry({"subject": "还没选并入哪一户。先找，再选。"})
    return found


def _posted(request: SignedIn) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _act(
    request: SignedIn,
    entry: Entry,
    form: Any,
    act: Callable[[], object],
    heading: str,
    words: str,
    sub: str,
) -> HttpResponse:
    if form.is_bound and form.is_valid() and _done(form, act):
        return _told(request, entry, heading)
    context = {"entry": entry, "form": form, "heading": heading, "words": words, "sub": sub}
    status = 422 if form.errors else 200
    return render(request, "ledgers/registers/act.html", context, status=status)


def _home(
    request: SignedIn,
    entry: Entry,
    form: PartForm | JoinForm,
    act: Callable[[], object],
    heading: str,
    words: str,
) -> HttpResponse:
    # Without script the search of the register is a button that sends the form.
    is_meant = form.is_bound and "look" not in request.POST and form.is_valid()
    if is_meant and _done(form, act):
        return _told(request, entry, heading)
    is_refused = form.is_bound and "look" not in request.POST and bool(form.errors)
    context = {
        "entry": entry,
        "form": form,
        "heading": heading,
        "words": words,
        "pickers": form.pickers(),
        "show_errors": is_refused,
        "others": _others(form),
    }
    status = 422 if is_refused else 200
    return render(request, "ledgers/registers/home.html", context, status=status)


def _others(form: PartForm | JoinForm) -> list[forms.BoundField]:
    """The visible fields that are neither members nor pickers, the day first."""
    own = {b.name for pair in form.members() for b in pair if b}
    left_out = own | {"version", "subject", "subject_search"}
    return [form[name] for name in form.fields if name not in left_out]


def _done(form: Any, act: Callable[[], object]) -> bool:
    try:
        act()
    except NotVisible:
        raise
    except InvalidEntry as error:
        form.refuse(error)
    except UserError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _told(request: SignedIn, entry: Entry, heading: str) -> HttpResponse:
    undo = parts.undo(undo_url(last_commit(entry)))
    messages.success(request, f"记好了：{heading}", extra_tags=undo)
    return redirect(page_url(entry) if not entry.deleted else entry.get_absolute_url())
