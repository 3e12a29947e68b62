"""The index of ledgers, a ledger as a list, and the same list as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.downloads import download
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.core.templatetags import _dates as dates
from qianxian.ledgers.filters import FilterForm
from qianxian.ledgers.listing import (
    PAGE,
    PRINTED,
    Listing,
    found,
    listing,
    row_name,
)
from qianxian.ledgers.lists import drawing, saving
from qianxian.ledgers.lists.bulk import keys_of
from qianxian.ledgers.lists.choice import filters
from qianxian.ledgers.lists.columns import Column, chosen, summed_fields, told_of
from qianxian.ledgers.lists.grouping import grouping_of
from qianxian.ledgers.lists.orders import order_of
from qianxian.ledgers.lists.sheet import ListSheet, as_csv, as_xlsx
from qianxian.ledgers.lists.showing import parts_of, sections, sums_of
from qianxian.ledgers.queries import index as counted
from qianxian.ledgers.queries import last_month
from qianxian.ledgers.search import readable
from qianxian.ledgers.views.common import ledger_or_404, now
from qianxian_packs import Ledger

# A list longer than this does not leave as one file: it is cut by place or by days first.
EXPORTED = 50_000
_WRITERS = {"xlsx": as_xlsx, "csv": as_csv}


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """All ledgers that I may read, by line; registers apart."""
    on = today()
    place = _place(request, on)
    month = last_month(on)
    lines, registers = counted(request.user, on, month, place=place)
    context = {
        "lines": lines,
        "registers": registers,
        "month": month,
        "place": place,
        "may_define": bool(gate.reaches(request.user, Permission.LEDGER_DEFINE, on)),
    }
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
    open_to_me = [lg for lg in readable(request.user, today()) if lines & {"", lg.line}]
    ledgers = [ledger for ledger in open_to_me if not ledger.archived]
    return render(request, "ledgers/choose.html", {"ledgers": ledgers})


@require_safe
def ledger(request: SignedIn, ledger: str) -> HttpResponse:
    """One ledger: filters, a page of rows, totals, groups."""
    return _page(request, ledger, today())


def _page(request: SignedIn, ledger: str, on: date) -> HttpResponse:
    definition = ledger_or_404(request.user, ledger)
    form = filters(request.user, definition, on, request.GET)
    is_print = "print" in request.GET
    view = form.view(
        saving.columns_for(request.user, definition), size=PRINTED if is_print else PAGE
    )
    conditions = form.conditions()
    shown = listing(definition, conditions, user=request.user, on=on, view=view, as_of=form.as_of)
    context = _context(definition, form, shown, on, is_print=is_print)
    may_record, query = _may_record(request.user, definition, on), request.GET.urlencode()
    context |= {
        "may_record": may_record,
        "is_print": is_print,
        "now": now(),
        "acts": drawing.acts(definition, may_record=may_record, is_print=is_print, query=query),
        "many": drawing.many(definition, shown.count, may_record=may_record),
        "who": request.user.name,
    }
    if not is_print:
        context |= _around(request, definition, on)
    return render(request, "ledgers/list.html", context)


def _may_record(user: User, definition: Ledger, on: date) -> bool:
    """Whether recording is offered; where exactly, the form asks."""
    reach = gate.reaches_in(user, Permission.ENTRY_EDIT, definition.line, on)
    return bool(reach) and not definition.archived


def _context(
    definition: Ledger, form: FilterForm, shown: Listing, on: date, *, is_print: bool
) -> dict[str, Any]:
    with_ticks = not (is_print or form.as_of)
    return {
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "conditions": drawing.conditions(form),
        "chips": form.chips(),
        "table_head": drawing.table_head(form, shown, with_ticks=with_ticks),
        "columns": shown.columns,
        "rows": shown.rows,
        "sections": sections(shown, on, is_print=is_print, with_ticks=with_ticks),
        "width": len(shown.columns) + 1,
        "totals": sums_of(shown, shown.totals) if shown.totals else [],
        "other_totals": _other_totals(definition, shown),
        "parts": parts_of(shown),
        "is_grouped": bool(shown.parts),
        "grouped_by": shown.grouping.label if shown.grouping else "",
        "ungrouped_url": form.address(g=None) if shown.grouping else "",
        "sums_url": form.address(sums="1") if shown.may_sum and not shown.totals else "",
        "found": shown,
        "page": shown.page,
        "last_url": form.address(before="end"),
        "paged": form.address(),
        "as_of": form.as_of,
    }


def _around(request: SignedIn, definition: Ledger, on: date) -> dict[str, Any]:
    """What stands around the rows: kept lists, and whether to share one."""
    kept = saving.lists_for(request.user, definition, on)
    query = saving.plain_query(request.GET)
    return {
        "kept": kept,
        "current": next((each.pk for each in kept if each.query == query), None),
        "plain_query": query,
        "may_share": saving.may_share(request.user, definition, on),
    }


def _other_totals(definition: Ledger, shown: Listing) -> list[tuple[str, Any, str]]:
    """Sums of fields that have no column here: label, sum, unit."""
    own = {column.field.name for column in shown.columns if column.field}
    return [
        (field.label, shown.totals[field.name], field.shown_unit)
        for field in summed_fields(definition.fields)
        if field.name in shown.totals and field.name not in own
    ]


@require_safe
def export(request: SignedIn, ledger: str, kind: str) -> HttpResponse:
    """All rows that fit the conditions, as the list shows them, as a file."""
    on, at = today(), now()
    definition = ledger_or_404(request.user, ledger)
    if kind not in _WRITERS:
        raise Http404
    form = filters(request.user, definition, on, request.GET)
    sheet = _sheet(request, definition, form, on, at)
    if sheet is None:
        return render(request, "ledgers/too_long.html", {"ledger": definition}, status=422)
    return download(_WRITERS[kind](sheet), f"{definition.name}_{form.as_of or on}.{kind}")


def _sheet(
    request: SignedIn, definition: Ledger, form: FilterForm, on: date, at: datetime
) -> ListSheet | None:
    """What leaves; None where it is too long for one file."""
    view = form.view(saving.columns_for(request.user, definition))
    order, columns = order_of(definition, view.order), chosen(definition, view.columns)
    conditions = form.conditions()
    fitting = found(definition, conditions, order, user=request.user, on=on, as_of=form.as_of)
    if ticked := keys_of(request.GET.get("keys", "").split(",")):
        fitting = fitting.only(ticked)
    rows = fitting.walk(order)(None, EXPORTED + 1)
    if len(rows) > EXPORTED:
        return None
    grouping = grouping_of(definition, view.group)
    return ListSheet(
        ledger=definition,
        title=definition.name,
        notes=_notes(request, form, columns, at),
        name_head=drawing.title_label(definition),
        columns=columns,
        rows=rows,
        told=told_of(definition, rows, columns, user=request.user, on=on),
        names=[row_name(definition, row) for row in rows],
        total=(len(rows), fitting.total().sums) if rows else None,
        grouping=grouping,
        parts=fitting.parts(grouping) if grouping else (),
    )


def _notes(
    request: SignedIn, form: FilterForm, columns: Sequence[Column], at: datetime
) -> tuple[str, ...]:
    chips = "；".join(words for words, _without in form.chips()) or _("none")
    moment = dates.moment(timezone.localtime(at))
    as_of = _("the end of %(day)s") % {"day": dates.day(form.as_of)} if form.as_of else moment
    starred = [c.label for c in columns if c.field and c.field.private]
    private = _("Private fields are covered: %(fields)s.") % {"fields": "、".join(starred)}
    return (
        _("Conditions: %(chips)s.") % {"chips": chips},
        _("Data as of %(moment)s.") % {"moment": as_of},
        _("Exported by %(name)s at %(moment)s. Only what this account may see.")
        % {"name": request.user.name, "moment": moment},
        *([private] if starred else []),
    )
