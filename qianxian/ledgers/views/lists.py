"""The index of ledgers, a ledger as a list, and the same list as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.core.templatetags import _dates as dates
from qianxian.ledgers import exports
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.display import names_in
from qianxian.ledgers.filters import MAIN, UNFOLDED, FilterForm, filter_places
from qianxian.ledgers.forms import places_to_record
from qianxian.ledgers.listing import (
    PAGE,
    PRINTED,
    Listing,
    in_order,
    is_number,
    listing,
    past,
    selected,
    shown_fields,
    shown_rows,
    shown_totals,
    summed_fields,
)
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import index as counted
from qianxian.ledgers.queries import last_month
from qianxian.ledgers.search import readable
from qianxian.ledgers.views.common import ledger_or_404, now
from qianxian_packs import Ledger

# A list longer than this does not leave as one file: it is cut by place or by days first.
EXPORTED = 50_000
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """All ledgers that I may read, by line; registers apart."""
    on = today()
    place = _place(request, on)
    month = last_month(on)
    lines, registers = counted(request.user, on, month, place=place)
    context = {"lines": lines, "registers": registers, "month": month, "place": place}
    return render(request, "ledgers/index.html", context)


def _place(request: SignedIn, on: date) -> Place | None:
    code = request.GET.get("place", "")
    if not code:
        return None
    seen = Place.objects.filter(gate.visible_places(request.user, Permission.ENTRY_VIEW, on))
    return seen.filter(pk=code).first()


@require_safe
def choose(request: SignedIn) -> HttpResponse:
    """记一笔 by a form: which ledger. Only those in which I may record somewhere."""
    lines = {r.line for r in gate.reaches(request.user, Permission.ENTRY_EDIT, today())}
    ledgers = [lg for lg in readable(request.user, today()) if lines & {"", lg.line}]
    return render(request, "ledgers/choose.html", {"ledgers": ledgers})


@require_safe
def ledger(request: SignedIn, ledger: str) -> HttpResponse:
    """One ledger: filters, a page of rows, totals."""
    on = today()
    definition = ledger_or_404(request.user, ledger)
    form = _filters(request, definition, on)
    is_print = "print" in request.GET
    found = listing(
        definition,
        form.conditions(),
        user=request.user,
        on=on,
        order=form.order(),
        number=request.GET.get("page", 1),
        per_page=PRINTED if is_print else PAGE,
        as_of=form.as_of,
    )
    context = _context(definition, form, found)
    context |= {
        "may_record": bool(places_to_record(request.user, definition, on)),
        "is_print": is_print,
        "now": now(),
        "query": request.GET.urlencode(),
    }
    return render(request, "ledgers/list.html", context)


def _filters(request: SignedIn, definition: Ledger, on: date) -> FilterForm:
    places = filter_places(request.user, definition.line, on)
    return FilterForm(definition, places, on, request.GET, _about(request, definition, on))


def _about(request: SignedIn, definition: Ledger, on: date) -> Entry | None:
    """The one that the list was asked about; none that the reader may not see."""
    key = request.GET.get("subject", "")
    return Sight(request.user, on).entry(definition.subject or "", key) if key else None


def _context(definition: Ledger, form: FilterForm, found: Listing) -> dict[str, Any]:
    fields = shown_fields(definition)
    return {
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "form": form,
        "bar": [form[name] for name in MAIN if name in form.fields],
        "more": [form[name] for name in form.fields if name not in UNFOLDED],
        "chips": form.chips(),
        "heads": [_head(form, definition, field.name) for field in fields],
        "place_head": _sorted_head(form, "place"),
        "state_head": _sorted_head(form, "state"),
        "title_head": {"label": _title_label(definition), **_sorted_head(form, "title")},
        "rows": shown_rows(found, fields),
        "totals": shown_totals(found, fields),
        "other_totals": _other_totals(definition, found),
        "found": found,
        "as_of": form.as_of,
    }


def _title_label(definition: Ledger) -> str:
    """What the first column holds: the fields of the title, or the register of the subject."""
    labels = [definition.by_name[n].label for n in definition.title if n != definition.date]
    if labels:
        return " ".join(labels)
    register = catalogue().ledgers.get(definition.subject or "")
    return register.name.removesuffix("底册") if register else _("Entry")


def _head(form: FilterForm, definition: Ledger, name: str) -> dict[str, Any]:
    field = definition.by_name[name]
    head = {"label": field.label, "unit": field.shown_unit, "num": is_number(field)}
    return head | (_sorted_head(form, "on") if name == definition.date else {})


def _sorted_head(form: FilterForm, key: str) -> dict[str, str]:
    """The address that sorts by this column: the other way round if it sorts already."""
    order = form.order()
    query = form.query.copy()
    query["o"] = key if order == f"-{key}" else f"-{key}"
    query.pop("page", None)
    sorted_as = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    return {"sort": f"?{query.urlencode()}", "sorted": sorted_as}


def _other_totals(definition: Ledger, found: Listing) -> list[tuple[str, Any, str]]:
    """Sums of fields that have no column here: label, sum, unit."""
    shown = {field.name for field in shown_fields(definition)}
    return [
        (field.label, found.totals[field.name], field.shown_unit)
        for field in summed_fields(definition.fields)
        if field.name in found.totals and field.name not in shown
    ]


@require_safe
def export(request: SignedIn, ledger: str, kind: str) -> HttpResponse:
    """All rows that fit the conditions, as a file; the same gate, no private field."""
    on, at = today(), now()
    definition = ledger_or_404(request.user, ledger)
    if kind not in _TYPES:
        raise Http404
    form = _filters(request, definition, on)
    conditions, order = form.conditions(), form.order()
    if form.as_of:
        rows = past(definition, conditions, user=request.user, on=on, as_of=form.as_of, order=order)
    else:
        found = selected(definition, conditions, user=request.user, on=on)
        rows = list(in_order(found, order)[: EXPORTED + 1])
    if len(rows) > EXPORTED:
        return render(request, "ledgers/too_long.html", {"ledger": definition}, status=422)
    names = names_in(definition, (row.data for row in rows), user=request.user, on=on)
    sheet = exports.Sheet(definition, rows, names, _notes(request, definition, form, at))
    content = exports.as_xlsx(sheet) if kind == "xlsx" else exports.as_csv(sheet)
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = quote(f"{definition.name}_{form.as_of or on}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _notes(
    request: SignedIn, definition: Ledger, form: FilterForm, at: datetime
) -> tuple[str, ...]:
    chips = "；".join(words for words, _without in form.chips()) or _("none")
    as_of = dates.moment(timezone.localtime(at))
    if form.as_of:
        as_of = _("the end of %(day)s") % {"day": dates.day(form.as_of)}
    return (
        definition.name,
        _("Data as of %(moment)s.") % {"moment": as_of},
        _("Conditions: %(chips)s.") % {"chips": chips},
        _("Exported by %(name)s. Only what this account may see.") % {"name": request.user.name},
    )
