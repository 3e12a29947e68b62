"""Pages about a list: keeping it, choosing its columns, doing the same to many rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qianxian.core import parts
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn, whole_number
from qianxian.ledgers.history import undo_url
from qianxian.ledgers.lists import bulk, saving
from qianxian.ledgers.lists.choice import Choice
from qianxian.ledgers.lists.columns import chosen, columns_of
from qianxian.ledgers.lists.forms import ManyForm
from qianxian.ledgers.lists.models import SavedList
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import ledger_or_404, now
from qianxian_packs import Ledger

# So many of the entries are named on the page; of the rest the number is told.
_NAMED = 50


@require_POST
def save(request: SignedIn, ledger: str) -> HttpResponse:
    """Keep the list that is open under a name."""
    definition = ledger_or_404(request.user, ledger)
    query = QueryDict(request.POST.get("query", ""))
    saved = saving.save_list(
        ledger=definition,
        name=request.POST.get("name", ""),
        query=query,
        is_shared="is_shared" in request.POST,
        by=request.user,
        at=now(),
    )
    messages.success(request, _("Kept: %(name)s") % {"name": saved.name})
    return redirect(saved)


@require_POST
def drop(request: SignedIn, ledger: str, pk: int) -> HttpResponse:
    """Take a kept list away. The entries stay."""
    definition = ledger_or_404(request.user, ledger)
    saved = SavedList.objects.open_to(request.user, definition, today()).filter(pk=pk).first()
    if saved is None:
        raise NotVisible("没有这个清单，或者不是给你用的。")
    saving.remove_list(saved=saved, by=request.user)
    messages.success(request, _("No longer kept: %(name)s") % {"name": saved.name})
    return redirect("ledgers:list", definition.id)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedIn, ledger: str) -> HttpResponse:
    """Which columns, in which order, from now on for this person."""
    definition = ledger_or_404(request.user, ledger)
    if request.method == "POST":
        keys = [] if "usual" in request.POST else _in_order(request.POST)
        saving.choose_columns(ledger=definition, keys=keys, by=request.user)
        back = QueryDict(request.POST.get("query", ""), mutable=True)
        back.pop("c", None)
        url = reverse("ledgers:list", args=[definition.id])
        return redirect(f"{url}?{saving.plain_query(back)}")
    asked = [key for key in request.GET.get("c", "").split(",") if key]
    own = chosen(definition, asked or saving.columns_for(request.user, definition))
    known = columns_of(definition)
    rest = [column for key, column in known.items() if column not in own]
    context = {
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "own": own,
        "rest": rest,
        "query": request.GET.urlencode(),
    }
    return render(request, "ledgers/columns.html", context)


def _in_order(data: QueryDict) -> list[str]:
    """The ticked columns by the numbers beside them; without a number, behind those with one."""

    def number(key: str) -> tuple[bool, int]:
        at = whole_number(data.get(f"at_{key}", "").strip(), -1)
        return (at < 0, at)

    return sorted(data.getlist("column"), key=number)


@require_POST
def many(request: SignedIn, ledger: str) -> HttpResponse:
    """The same for many rows: asked, foreseen, then saved as one commit."""
    definition = ledger_or_404(request.user, ledger)
    choice = Choice.read(request.POST)
    if request.POST.get("do") == "export":
        return _take_along(definition, choice)
    entries = choice.entries(request.user, definition, today())
    form = ManyForm(definition, request.user, today(), entries, request.POST)
    foreseen = None
    try:
        foreseen = form.foresee(entries, at=now())
        if foreseen and "save" in request.POST:
            return _done(request, definition, choice, form, entries)
    except bulk.Outdated as error:
        foreseen = form.foresee(entries, at=now())
        form.add_error(None, str(error))
    except InvalidEntry as error:
        form.refuse(error)
    except UserError as error:
        form.add_error(None, str(error))
    context = {
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "form": form,
        "choice": choice,
        "entries": entries,
        "foreseen": foreseen,
        "refused": foreseen.refused[:_NAMED] if foreseen else [],
        "more_refused": max(0, len(foreseen.refused) - _NAMED) if foreseen else 0,
        "named": entries[:_NAMED],
        "back": f"{reverse('ledgers:list', args=[definition.id])}?{choice.query}",
    }
    return render(request, "ledgers/many.html", context, status=422 if form.errors else 200)


def _take_along(definition: Ledger, choice: Choice) -> HttpResponse:
    """The file of these rows: an address, so that it can be fetched again."""
    url = reverse("ledgers:export", args=[definition.id, "xlsx"])
    if choice.is_all:
        return redirect(f"{url}?{choice.query}")
    if not choice.keys:
        raise UserError("一条也没选。先在行前面勾上，或者选“全部符合条件的”。")
    ticked = urlencode({"keys": ",".join(choice.keys)})
    return redirect(f"{url}?{'&'.join(filter(None, [choice.query, ticked]))}")


def _done(
    request: SignedIn, definition: Ledger, choice: Choice, form: ManyForm, entries: list[Any]
) -> HttpResponse:
    commit = bulk.do_many(
        entries=entries,
        wish=form.wish(),
        token=request.POST.get("token", ""),
        by=request.user,
        at=now(),
        reason=form.reason,
    )
    said = form.said(commit.revisions_count)
    messages.success(request, said, extra_tags=parts.undo(undo_url(commit)))
    return redirect(f"{reverse('ledgers:list', args=[definition.id])}?{choice.query}")
