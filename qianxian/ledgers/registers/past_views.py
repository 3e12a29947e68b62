"""The past of one entry: how one field changed, and bringing a version back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import gate, parts
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn, whole_number
from qianxian.ledgers.corrections import require_edit
from qianxian.ledgers.display import names_in, words_of
from qianxian.ledgers.forms import ReasonForm
from qianxian.ledgers.history import last_commit, undo_url
from qianxian.ledgers.models import Entry
from qianxian.ledgers.restoring import Restoring, restore_version, restoring
from qianxian.ledgers.search import full_name
from qianxian.ledgers.story import story, story_of_field
from qianxian.ledgers.views.common import entry_or_404, now, post_for


@require_safe
def field(request: SignedIn, ledger: str, key: UUID, name: str) -> HttpResponse:
    """How one field came to what it is."""
    entry = entry_or_404(request.user, ledger, key)
    _require_history(request, entry)
    known = entry.definition.by_name.get(name)
    if known is None:
        raise Http404
    told = story_of_field(story(entry, user=request.user, on=today()), known.label)
    context = {"entry": entry, "ledger": entry.definition, "field": known, "story": told}
    return render(request, "ledgers/registers/field.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: SignedIn, ledger: str, key: UUID, number: int) -> HttpResponse:
    """恢复到这一版: what would change, a reason, a new revision."""
    entry = entry_or_404(request.user, ledger, key)
    _require_history(request, entry)
    require_edit(entry, by=request.user, at=now())
    found = restoring(entry, number)
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm("为什么恢复", "一句话，以后在经过里查得到。", posted)
    if form.is_bound and form.is_valid():
        try:
            return _restored(request, entry, number, form)
        except NotVisible:
            raise
        except UserError as error:
            form.refuse(error)
    context = {
        "entry": entry,
        "ledger": entry.definition,
        "found": found,
        "rows": _rows(request, entry, found),
        "number": number,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "ledgers/registers/restore.html", context, status=status)


def _restored(request: SignedIn, entry: Entry, number: int, form: ReasonForm) -> HttpResponse:
    restore_version(
        entry=entry,
        number=number,
        version=whole_number(request.POST.get("version", "")),
        by=request.user,
        at=now(),
        reason=form.reason_given,
        post=post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place),
    )
    undo = parts.undo(undo_url(last_commit(entry)))
    messages.success(request, f"恢复到第{number}版了：{entry}", extra_tags=undo)
    return redirect(entry)


def _rows(request: SignedIn, entry: Entry, found: Restoring) -> list[tuple[str, str, str]]:
    """Label, as it is, as it would be; private values covered."""
    definition, then = entry.definition, found.version.body.get("data", {})
    names = names_in(definition, [entry.data, then], user=request.user, on=today())
    rows = []
    if found.place.pk != entry.place_id:
        rows.append(("地方", full_name(entry.place), full_name(found.place)))
    for known in definition.fields:
        if known.name not in found.values:
            continue
        if known.private:
            rows.append((known.label, "遮着", "当时的，遮着"))
        else:
            old, new = (words_of(known, data, names, today()) for data in (entry.data, then))
            rows.append((known.label, old, new))
    return rows


def _require_history(request: SignedIn, entry: Entry) -> None:
    line, place = entry.definition.line, entry.place
    gate.require(request.user, Permission.HISTORY_VIEW, line=line, place=place, on=today())
