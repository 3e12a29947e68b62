"""Correcting, removing, taking back, and seeing a private value once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qianxian.core import parts
from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, NotVisible, UserError
from qianxian.core.models import Commit, Revision
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn, whole_number
from qianxian.ledgers import access
from qianxian.ledgers.asof import bodies_at
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.display import names_in, words_of
from qianxian.ledgers.forms import CorrectionForm, ReasonForm
from qianxian.ledgers.history import last_commit, undo_commit, undo_url
from qianxian.ledgers.models import Entry
from qianxian.ledgers.requests.services import ask_for_change
from qianxian.ledgers.resending import is_corrected_already
from qianxian.ledgers.services import correct_entry, remove_entry, require_edit
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import entry_or_404, now, post_for
from qianxian.ledgers.views.entries import entry_page
from qianxian.ledgers.widgets import shown

_SECONDS_SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """Put fields right. A second clerk sees the first's change and decides."""
    entry = entry_or_404(request.user, ledger, key)
    require_edit(entry, by=request.user, at=now())
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(entry, request.user, today(), posted)
    conflict: dict[str, Any] | None = None
    if form.is_bound and form.is_valid():
        try:
            return _corrected(request, entry, form)
        except Conflict as error:
            if _is_sent_again(request, entry, form):
                messages.info(request, _("This was recorded already; it was sent twice."))
                return redirect(entry)
            conflict, form = _conflict(request, entry, form, str(error))
        except InvalidEntry as error:
            form.refuse(error)
        except NeedsApproval:
            if _asked_for(request, entry, form):
                return redirect(entry)
        except UserError as error:
            form.add_error(None, str(error))
    status = 409 if conflict else 422 if form.errors else 200
    context = {
        "entry": entry,
        "ledger": entry.definition,
        "line": catalogue().lines[entry.definition.line],
        "form": form,
        "pickers": form.pickers(),
        "conflict": conflict,
        "guarded": [f.label for f in entry.definition.fields if f.name in entry.definition.guarded],
    }
    return render(request, "ledgers/correct.html", context, status=status)


def _corrected(request: SignedIn, entry: Entry, form: CorrectionForm) -> HttpResponse:
    version = form.cleaned_data["version"]
    changed = form.changed_values(_seen(entry, version))
    place = form.place()
    if not changed and (place is None or place.pk == entry.place_id):
        raise UserError("没有改动，和原来一样。改了再存，或者返回。")
    correct_entry(
        entry=entry,
        values_changed=changed,
        version=version,
        by=request.user,
        at=now(),
        reason=form.cleaned_data["reason"] or "",
        post=post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place),
        place=place,
    )
    said = _("Corrected: %(entry)s") % {"entry": entry}
    messages.success(request, said, extra_tags=parts.undo(undo_url(last_commit(entry))))
    return redirect(entry)


def _is_sent_again(request: SignedIn, entry: Entry, form: CorrectionForm) -> bool:
    version = form.cleaned_data["version"]
    return is_corrected_already(
        entry,
        form.changed_values(_seen(entry, version)),
        version=version,
        by=request.user,
        place=form.place(),
        reason=form.cleaned_data["reason"] or "",
    )


def _asked_for(request: SignedIn, entry: Entry, form: CorrectionForm) -> bool:
    """What the definition guards is asked for instead: somebody else approves it."""
    version = form.cleaned_data["version"]
    try:
        ask_for_change(
            entry=entry,
            values_changed=form.changed_values(_seen(entry, version)),
            version=version,
            by=request.user,
            at=now(),
            reason=form.cleaned_data["reason"] or "",
            post=post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place),
        )
    except InvalidEntry as error:
        form.refuse(error)
    except UserError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, f"提出来了：{entry}。等另一位同事核准，核准了才改。")
        return True
    return False


def _seen(entry: Entry, version: int) -> dict[str, Any]:
    """The data of the version that the person saw when the form was opened."""
    if version == entry.version:
        return dict(entry.data)
    body = bodies_at({entry.pk: version}).get(entry.pk, {})
    return dict(body.get("data", {}))


def _conflict(
    request: SignedIn, entry: Entry, form: CorrectionForm, says: str
) -> tuple[dict[str, Any], CorrectionForm]:
    """The form again, at the present version: what I changed stays mine, the rest is theirs."""
    definition, seen = entry.definition, _seen(entry, form.cleaned_data["version"])
    mine = form.changed_values(seen)
    data = _at_present(entry, form, mine, request.POST.copy())
    names = names_in(definition, [seen, entry.data], user=request.user, on=today())
    rows = []
    for field in definition.fields:
        if field.private or seen.get(field.name) == entry.data.get(field.name):
            continue
        theirs = words_of(field, entry.data, names, today())
        own = str(mine[field.name] or "—") if field.name in mine else ""
        rows.append({"label": field.label, "theirs": theirs, "mine": own})
    told = {"says": says, "rows": rows, "seen": form.cleaned_data["version"]}
    return told, CorrectionForm(entry, request.user, today(), data)


def _at_present(
    entry: Entry, form: CorrectionForm, mine: dict[str, Any], data: QueryDict
) -> QueryDict:
    data["version"] = str(entry.version)
    for name in form.raw():
        field = entry.definition.by_name[name]
        if field.private or name in mine:
            continue
        value = shown(field.from_json(entry.data.get(name)))
        data.setlist(name, [str(v) for v in (value if isinstance(value, list) else [value or ""])])
    return data


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """Take an entry out, with a reason; its history stays and it can be brought back."""
    entry = entry_or_404(request.user, ledger, key)
    require_edit(entry, by=request.user, at=now())
    help_text = _("It stays in the history and can be brought back.")
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(_("Why it is removed"), help_text, posted)
    if form.is_bound and form.is_valid():
        try:
            return _removed(request, entry, form)
        except UserError as error:
            form.refuse(error)
    context = {"entry": entry, "ledger": entry.definition, "form": form}
    return render(request, "ledgers/remove.html", context, status=422 if form.errors else 200)


def _removed(request: SignedIn, entry: Entry, form: ReasonForm) -> HttpResponse:
    remove_entry(
        entry=entry,
        version=_version(request),
        by=request.user,
        at=now(),
        reason=form.reason_given,
        post=post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place),
    )
    said = _("Removed: %(entry)s") % {"entry": entry}
    messages.success(request, said, extra_tags=parts.undo(undo_url(last_commit(entry))))
    return redirect("ledgers:list", entry.ledger)


def _version(request: SignedIn) -> int:
    """The version that was seen; what is no number is that of no entry, so nothing is removed."""
    return whole_number(request.POST.get("version", ""))


@require_POST
def undo(request: SignedIn, township: str, number: int) -> HttpResponse:
    """Take back a whole commit; the gate is asked for every entry of it."""
    commit = Commit.objects.filter(stream=township, number=number).first()
    if commit is None:
        raise NotVisible("没有这次提交，或者不归你的岗位看。")
    keys = [
        UUID(k)
        for k in commit.revisions.filter(kind=Revision.Kind.ENTRY).values_list("key", flat=True)[:2]
    ]
    first = Entry.objects.filter(pk__in=keys).first()
    post = (
        post_for(request.user, Permission.ENTRY_EDIT, first.definition, first.place)
        if first
        else ""
    )
    done = undo_commit(commit=commit, by=request.user, at=now(), post=post)
    said = _("Took back %(count)d entries.") % {"count": done.revisions_count}
    messages.success(request, said, extra_tags=parts.undo(undo_url(done)))
    return _after_undo(keys)


def _after_undo(keys: list[UUID]) -> HttpResponse:
    rows = list(Entry.objects.filter(pk__in=keys))
    if len(rows) == 1 and not rows[0].deleted:
        return redirect(rows[0])
    return redirect("ledgers:list", rows[0].ledger) if rows else redirect("ledgers:index")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def private(request: SignedIn, ledger: str, key: UUID, field: str) -> HttpResponse:
    """看一次: a reason, the reading is logged, the value is shown and covered again by itself."""
    entry = entry_or_404(request.user, ledger, key)
    known = entry.definition.by_name.get(field)
    if known is None or not known.private:
        raise Http404
    access.require_private(entry, by=request.user, at=now())
    help_text = _("Say which piece of work needs it. The reading is listed on the page.")
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(_("What it is needed for"), help_text, posted)
    if form.is_bound and form.is_valid():
        try:
            return _shown_once(request, entry, field, form)
        except UserError as error:
            form.refuse(error)
    context = {"entry": entry, "ledger": entry.definition, "field": known, "form": form}
    return render(request, "ledgers/private.html", context, status=422 if form.errors else 200)


def _shown_once(request: SignedIn, entry: Entry, field: str, form: ReasonForm) -> HttpResponse:
    """Not redirected to: the value must stand in no address and in no session."""
    value = access.read_private(
        entry=entry,
        field=field,
        by=request.user,
        at=now(),
        reason=form.reason_given,
        post=post_for(request.user, Permission.PRIVATE_READ, entry.definition, entry.place),
    )
    response = entry_page(request, entry, revealed={field: value})
    url = reverse("ledgers:entry", args=[entry.ledger, entry.pk])
    response["Refresh"] = f"{_SECONDS_SHOWN}; url={url}"
    return response
