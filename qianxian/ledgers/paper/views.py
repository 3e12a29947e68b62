"""Pages that print: blank forms of villages, an entry as a form; the same as a .docx."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import gate
from qianxian.core.downloads import download
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn, whole_number
from qianxian.ledgers import access
from qianxian.ledgers.display import names_in
from qianxian.ledgers.filters import filter_places
from qianxian.ledgers.forms import ReasonForm
from qianxian.ledgers.models import Entry
from qianxian.ledgers.paper.document import write_forms
from qianxian.ledgers.paper.sheet import Sheet, blank, filled
from qianxian.ledgers.views.common import entry_or_404, ledger_or_404, now, post_for
from qianxian_packs import Ledger

# Of each village: more are copied at the copier.
_MOST = 20


@require_safe
def blanks(request: SignedIn, ledger: str) -> HttpResponse:
    """Blank forms: first which villages, then one sheet for each, in one print."""
    definition = ledger_or_404(request.user, ledger)
    places = filter_places(request.user, definition.line, today())
    asked = set(request.GET.getlist("village"))
    chosen = [place for place in places if place.code in asked]
    copies = min(max(whole_number(request.GET.get("copies", "")), 1), _MOST)
    if not chosen and "none" in request.GET:
        sheets = [blank(definition, None)] * copies
    else:
        sheets = [blank(definition, place) for place in chosen for _ in range(copies)]
    if sheets and "docx" in request.GET:
        return _docx(sheets, f"空白纸表 {definition.name}")
    context = {"ledger": definition, "places": places, "sheets": sheets, "most": _MOST}
    return render(request, "ledgers/paper.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """One entry as a form. Private fields stay empty unless somebody who may says what for."""
    entry = entry_or_404(request.user, ledger, key)
    definition = entry.definition
    private: dict[str, str] = {}
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(
        "为什么要印隐私栏", "写明哪件事要用。每一栏都记一次查看，页面上查得到。", posted
    )
    if posted is not None:
        try:
            private = _in_full(request, entry, form.reason_given)
        except NotAllowed:
            raise
        except UserError as error:
            form.refuse(error)
    names = names_in(definition, [entry.data], user=request.user, on=today())
    sheets = [filled(entry, names, private)]
    if "docx" in (request.GET if posted is None else posted) and not form.errors:
        return _docx(sheets, f"纸表 {entry}")
    context = {
        "ledger": definition,
        "entry": entry,
        "sheets": sheets,
        "form": form,
        "may_read": _may_read(request, definition, entry),
        "is_full": bool(private),
    }
    return render(request, "ledgers/paper_filled.html", context, status=422 if form.errors else 200)


def _docx(sheets: Sequence[Sheet], name: str) -> HttpResponse:
    return download(write_forms(sheets, at=now()), f"{name}.docx")


def _private_fields(definition: Ledger, entry: Entry) -> list[str]:
    held = set(entry.private_values.values_list("field", flat=True))
    return [f.name for f in definition.fields if f.private and f.name in held]


def _may_read(request: SignedIn, definition: Ledger, entry: Entry) -> bool:
    """Whether it is offered to print private fields."""
    may = gate.can(
        request.user,
        Permission.PRIVATE_READ,
        line=definition.line,
        place=entry.place,
        on=today(),
    )
    return may and bool(_private_fields(definition, entry))


def _in_full(request: SignedIn, entry: Entry, reason: str) -> dict[str, str]:
    """Every private value of the entry; each reading is in the log before it is printed."""
    definition = entry.definition
    access.require_private(entry, by=request.user, at=now())
    post = post_for(request.user, Permission.PRIVATE_READ, definition, entry.place)
    return {
        name: access.read_private(
            entry=entry, field=name, by=request.user, at=now(), reason=reason, post=post
        )
        for name in _private_fields(definition, entry)
    }
