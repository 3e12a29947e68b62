"""Recording an entry and its own page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import gate, parts
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers import masking, privacy, values
from qianxian.ledgers.blocks import blocks_of
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.display import (
    names_in,
    post_names,
    state_badge,
    state_label,
    words_of,
)
from qianxian.ledgers.forms import EntryForm
from qianxian.ledgers.history import last_commit, undo_url
from qianxian.ledgers.models import AccessLog, Entry
from qianxian.ledgers.pickers import found as found_candidates
from qianxian.ledgers.pickers import register_of
from qianxian.ledgers.search import full_name, readable
from qianxian.ledgers.services import Row, require_edit, save_entry
from qianxian.ledgers.story import story
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import entry_or_404, ledger_or_404, now, post_for
from qianxian_packs import Ledger

# Entries of one subject and ledger that its page lists before "all of them".
_RELATED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, ledger: str) -> HttpResponse:
    """The form of a ledger, made from its definition."""
    definition = ledger_or_404(request.user, ledger)
    form = EntryForm(
        definition,
        request.user,
        today(),
        request.POST if request.method == "POST" else None,
        parent=_parent(request, definition),
        initial={"subject": request.GET.get("subject"), "place": request.GET.get("place")},
    )
    if not form.places:
        raise NotAllowed(f"{definition.name}不归你的岗位记。要记，请找条线负责人给你的岗位开。")
    # Without script the search of the register is a button that sends the form.
    is_meant = form.is_bound and "look" not in request.POST and form.is_valid()
    if is_meant and (entry := _record(request, form)):
        # Back to where the next one is recorded too.
        return redirect(form.parent or entry)
    return _form_page(request, form)


def _parent(request: SignedIn, definition: Ledger) -> Entry | None:
    """The entry that the new one is to hang on: in the address, so that it outlives errors."""
    key = request.GET.get("parent", "")
    if not key:
        return None
    sight = Sight(request.user, today())
    found = (sight.entry(name, key) for name in definition.parents)
    parent = next((entry for entry in found if entry), None)
    if parent is None:
        raise NotVisible("要挂的那一条找不到，或者不归你的岗位看。回列表看看。")
    return parent


def _form_page(request: SignedIn, form: EntryForm) -> HttpResponse:
    is_refused = form.is_bound and "look" not in request.POST and bool(form.errors)
    context = {
        "ledger": form.ledger,
        "line": catalogue().lines[form.ledger.line],
        "form": form,
        "pickers": form.pickers(),
        "show_errors": is_refused,
    }
    return render(request, "ledgers/new.html", context, status=422 if is_refused else 200)


def _record(request: SignedIn, form: EntryForm) -> Entry | None:
    """Save what the form holds. None where the services found something to change."""
    if already := _sent_before(request, form):
        messages.info(request, _("This was recorded already; it was sent twice."))
        return already
    definition, key = form.ledger, form.cleaned_data.get("subject")
    subject = Sight(request.user, today()).entry(definition.subject or "", key) if key else None
    place = form.place(subject)
    if place is None:
        others = values.faults_in(form.ledger, form.raw())
        form.refuse(InvalidEntry(_without_place(form, subject) | others))
        return None
    row = Row(form.raw(), place, subject, id=form.cleaned_data["token"], parent=form.parent)
    post = post_for(request.user, Permission.ENTRY_EDIT, definition, place)
    try:
        entry = save_entry(ledger=definition, row=row, by=request.user, at=now(), post=post)
    except InvalidEntry as error:
        form.refuse(error)
        return None
    except UserError as error:
        form.add_error(None, str(error))
        return None
    _tell(request, entry)
    return entry


def _sent_before(request: SignedIn, form: EntryForm) -> Entry | None:
    rows = Entry.objects.visible_to(request.user, today())
    return rows.filter(pk=form.cleaned_data["token"], ledger=form.ledger.id).first()


def _without_place(form: EntryForm, subject: Entry | None) -> dict[str, str]:
    faults = {}
    if "subject" in form.fields and subject is None:
        faults["subject"] = "还没选是哪一户。先从底册里选，再存。"
    if subject and not form.cleaned_data.get("place"):
        faults["place"] = f"{subject}在{subject.place}，那里不归你的岗位记。请另选地方。"
    elif "subject" not in form.fields or form.cleaned_data.get("place"):
        faults["place"] = "还没选地方。请选一个归你记的地方。"
    return faults


def _tell(request: SignedIn, entry: Entry) -> None:
    said = _("Recorded: %(entry)s") % {"entry": entry}
    messages.success(request, said, extra_tags=parts.undo(undo_url(last_commit(entry))))
    if entry.late:
        messages.warning(
            request,
            _("The township has checked this period already, so this counts as a late entry."),
        )


@require_safe
def candidates(request: SignedIn, ledger: str, name: str) -> HttpResponse:
    """What the words find in a register, as choices; asked for while somebody types."""
    definition = ledger_or_404(request.user, ledger)
    register = register_of(definition, name)
    found = found_candidates(
        definition,
        name,
        user=request.user,
        on=today(),
        text=request.GET.get(f"{name}_search", ""),
        chosen=request.GET.get(name, ""),
    )
    context = {
        "name": name,
        "register": register,
        "found": found,
        "text": request.GET.get(f"{name}_search", ""),
        "ledger": definition,
    }
    return render(request, "ledgers/parts/candidates.html", context)


@require_safe
def entry(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """One entry: its fields, what other rooms add, its subject, its history."""
    return entry_page(request, entry_or_404(request.user, ledger, key))


def entry_page(
    request: SignedIn, entry: Entry, *, revealed: dict[str, str] | None = None
) -> HttpResponse:
    """The page; `revealed` holds the private values that are shown in full this once."""
    on, definition = today(), entry.definition
    may_see_history = _can(request, Permission.HISTORY_VIEW, entry, on)
    told = story(entry, user=request.user, on=on) if may_see_history else []
    context = {
        "entry": entry,
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "place": full_name(entry.place),
        "state": state_label(definition, entry.state),
        "badge": state_badge(definition, entry.state),
        "facts": _facts(request, entry, revealed or {}),
        "may_read_private": _can(request, Permission.PRIVATE_READ, entry, on),
        "why_not": _why_not_edit(request, entry),
        "blocks": blocks_of(request, entry),
        "related": _related(request, entry, on),
        "story": told,
        "may_undo": bool(told)
        and (
            told[0].commit.by == request.user.username
            or _can(request, Permission.ENTRY_EDIT, entry, on)
        ),
        "may_see_history": may_see_history,
        "readings": _readings(entry) if _has_private(definition) else [],
        "has_private": _has_private(definition),
        "revealed": revealed,
    }
    return render(request, "ledgers/entry.html", context)


def _can(request: SignedIn, permission: Permission, entry: Entry, on: date) -> bool:
    line = entry.definition.line
    return gate.can(request.user, permission, line=line, place=entry.place, on=on)


def _why_not_edit(request: SignedIn, entry: Entry) -> str:
    """Why the buttons for changing cannot be pressed; empty where they can."""
    if entry.deleted:
        return _("This entry was removed. Take the removal back in its history first.")
    try:
        require_edit(entry, by=request.user, at=now())
    except UserError as error:
        return str(error)
    return ""


def _has_private(definition: Ledger) -> bool:
    return any(field.private for field in definition.fields)


def _facts(request: SignedIn, entry: Entry, revealed: dict[str, str]) -> list[dict[str, Any]]:
    """Label and value of every field that has one; private ones by their preset."""
    definition, on = entry.definition, today()
    names = names_in(definition, [entry.data], user=request.user, on=on)
    hidden = privacy.read_all(entry.pk, [f.name for f in definition.fields if f.private])
    found: list[dict[str, Any]] = []
    for field in definition.fields:
        if field.private and field.name in hidden:
            masked = masking.mask(field, hidden[field.name])
            found.append({"field": field, "masked": masked, "full": revealed.get(field.name)})
        elif not field.private and entry.data.get(field.name) is not None:
            found.append({"field": field, "text": words_of(field, entry.data, names, on)})
    return found


def _readings(entry: Entry) -> list[dict[str, Any]]:
    """Who read what in full, newest first, with the post's name."""
    rows = list(AccessLog.objects.filter(entry=entry)[:_RELATED])
    posts = post_names(row.post for row in rows)
    labels = entry.definition.by_name
    return [
        {
            "row": row,
            "post": posts.get(row.post, row.post),
            "label": labels[row.field].label if row.field in labels else row.field,
        }
        for row in rows
    ]


def _related(request: SignedIn, entry: Entry, on: date) -> list[dict[str, Any]]:
    """Entries about the same subject, ledger by ledger, where the ledger lets a page list them.

    On the page of a register's entry also the ledgers in which one may be recorded.
    """
    subject = entry if entry.definition.is_register else entry.subject
    if subject is None:
        return []
    about = [
        ledger
        for ledger in readable(request.user, on)
        if ledger.profile == "shown" and ledger.subject == subject.ledger
    ]
    groups = _entries_about(request, entry, subject, about)
    may_record = entry.pk == subject.pk and not entry.deleted
    return [
        {
            "ledger": ledger,
            "rows": groups.get(ledger.id, []),
            "record": may_record
            and not (ledger.key == ("subject",) and ledger.id in groups)
            and _may_record(request, ledger, subject, on),
        }
        for ledger in about
        if ledger.id in groups or may_record
    ]


def _may_record(request: SignedIn, ledger: Ledger, subject: Entry, on: date) -> bool:
    return gate.can(
        request.user, Permission.ENTRY_EDIT, line=ledger.line, place=subject.place, on=on
    )


def _entries_about(
    request: SignedIn, entry: Entry, subject: Entry, ledgers: list[Ledger]
) -> dict[str, list[tuple[Entry, str, str]]]:
    """Ledger → (entry, its state's label and badge), newest first."""
    rows = (
        Entry.objects.visible_to(request.user, today())
        .present()
        .filter(subject=subject, ledger__in=[ledger.id for ledger in ledgers])
        .exclude(pk=entry.pk)
        .order_by("ledger", "-on", "id")[: _RELATED * 5]
    )
    groups: dict[str, list[tuple[Entry, str, str]]] = {}
    for row in rows:
        ledger = row.definition
        told = (row, state_label(ledger, row.state), state_badge(ledger, row.state))
        groups.setdefault(row.ledger, []).append(told)
    return groups
