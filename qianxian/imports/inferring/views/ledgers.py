"""Pages of a ledger that this site made: change its columns, end it, count from it, take it along."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.downloads import download
from qianxian.core.errors import UserError
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.imports.inferring import access, changing, counting, sheets
from qianxian.imports.inferring.counting import Count
from qianxian.imports.inferring.design import (
    LEVELS,
    TYPES,
    Design,
    DesignField,
    design_of,
    retired_columns,
)
from qianxian.imports.inferring.forms import Change, change_of_post, design_of_post
from qianxian.imports.inferring.planning import ChangePlan, held_by, plan
from qianxian.imports.inferring.services import DesignInvalid
from qianxian.imports.inferring.showing import column_views, fault_lines, whole_faults
from qianxian.imports.pages import attempt
from qianxian.ledgers.lists.columns import summed_fields
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger


@require_safe
def own(request: SignedIn, ledger: str) -> HttpResponse:
    """A ledger of the site: what it asks for, what is counted from it, and what can be done."""
    found = access.own_ledger(request.user, ledger, today())
    return render(request, "imports/inferring/own.html", _own_context(found, Count(""), ""))


def _own_context(found: Ledger, count: Count, error: str, indicator: str = "") -> dict[str, Any]:
    return {
        "ledger": found,
        "design": design_of(found),
        "types": TYPES,
        "level": LEVELS.get(found.place, ""),
        "entries": Entry.objects.present().filter(ledger=found.id).count(),
        "counts": [(one, counting.count_of(one, found)) for one in counting.own_indicators(found)],
        "summed": summed_fields(found.fields),
        "grouped": counting.grouped_fields(found),
        "count": count,
        "indicator": indicator,
        "error": error,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedIn, ledger: str) -> HttpResponse:
    """Put columns right: first what it would do, then do it."""
    found = access.own_ledger(request.user, ledger, today())
    if request.method != "POST":
        return _change_page(request, found, design_of(found), Change("", (), (), {}), None)
    sent = change_of_post(request.POST)
    design = _design(request, found, sent)
    if request.POST.get("act") == "save":
        return _save(request, found, design, sent)
    planned = plan(found, design, retired=sent.retired, mapped=sent.mapped, held=held_by(found))
    shown = None if request.POST.get("act") == "more" else planned
    status = 422 if shown and shown.faults else 200
    return _change_page(request, found, design, sent, shown, status=status)


def _design(request: SignedIn, found: Ledger, sent: Change) -> Design:
    """What was typed, over the ledger as it is; retired columns that come back stand behind."""
    base = design_of(found)
    again = [column for column in retired_columns(found) if column.name in sent.back]
    design = design_of_post(request.POST, base)
    # Where it is counted, named, told apart, and of which line does not change on this page.
    settled = replace(
        design,
        line=base.line,
        place=base.place,
        date=base.date,
        title=base.title,
        key=base.key,
        is_key_by_place=base.is_key_by_place,
        is_never=base.is_never,
    )
    return replace(settled, columns=(*settled.columns, *again))


def _save(request: SignedIn, found: Ledger, design: Design, sent: Change) -> HttpResponse:
    try:
        changing.change(
            ledger=found,
            base=sent.base,
            design=design,
            retired=sent.retired,
            mapped=sent.mapped,
            by=request.user,
            at=timezone.now(),
        )
    except DesignInvalid as error:
        refused = ChangePlan(None, faults=tuple(error.faults))
        return _change_page(request, found, design, sent, refused, status=422)
    except UserError as error:
        messages.error(request, str(error))
        return _change_page(request, found, design, sent, None, status=422)
    messages.success(request, f"{design.name}的栏改好了，从现在起都照新的。")
    return redirect("imports:own", found.id)


def _change_page(
    request: SignedIn,
    found: Ledger,
    design: Design,
    sent: Change,
    planned: ChangePlan | None,
    *,
    status: int = 200,
) -> HttpResponse:
    faults = planned.faults if planned else ()
    blank = (DesignField(),) if request.POST.get("act") == "more" else ()
    shown = replace(design, columns=(*design.columns, *blank))
    known = found.by_name
    context = {
        "ledger": found,
        "design": shown,
        "base": sent.base or changing.base_of(found),
        "columns": column_views(shown, None, None, faults, sent.retired, known),
        "planned": planned,
        "asked": _asked(planned, design, sent),
        "faults": whole_faults(faults),
        "fault_lines": fault_lines(shown, faults),
        "types": TYPES,
        "back": [one for one in found.retired if one.name not in sent.back],
    }
    return render(request, "imports/inferring/change.html", context, status=status)


def _asked(planned: ChangePlan | None, design: Design, sent: Change) -> list[dict[str, Any]]:
    """Choices that go and are in use, each with what it may become."""
    found = []
    for name, label, choice, count in planned.asked if planned else ():
        column = design.by_name(name)
        found.append(
            {
                "key": f"map:{name}:{choice}",
                "label": label,
                "choice": choice,
                "count": count,
                "options": column.choices if column else (),
                "chosen": sent.mapped.get(name, {}).get(choice, ""),
            }
        )
    return found


@require_POST
def archive(request: SignedIn, ledger: str) -> HttpResponse:
    """End a ledger, or open it again (`back`)."""
    found = access.own_ledger(request.user, ledger, today())
    ends = "back" not in request.POST
    words = "停用了，不再记新的，原来的都在" if ends else "又在用了"
    act = partial(changing.set_archived, ledger=found, archived=ends)
    attempt(request, act, f"{found.name}{words}。")
    return redirect("imports:own", found.id)


@require_POST
def count(request: SignedIn, ledger: str) -> HttpResponse:
    """Make a figure of this ledger, or change one."""
    found = access.own_ledger(request.user, ledger, today())
    post = request.POST
    name, _, choice = post.get("only", "").partition(":")
    asked = Count(
        name=post.get("name", ""),
        synonyms=post.get("synonyms", ""),
        summed=post.get("summed", ""),
        unit=post.get("unit", ""),
        by=post.get("by", ""),
        only=(name, choice),
    )
    own_id = post.get("indicator", "")
    try:
        made = counting.save_count(
            ledger=found, count=asked, by=request.user, at=timezone.now(), indicator=own_id
        )
    except UserError as error:
        context = _own_context(found, asked, str(error), own_id)
        return render(request, "imports/inferring/own.html", context, status=422)
    messages.success(request, f"好了，在“问个数”里打“{made.name}”就有。")
    return redirect("imports:own", found.id)


@require_safe
def sheet(request: SignedIn, ledger: str) -> HttpResponse:
    """The definition as a workbook."""
    found = access.own_ledger(request.user, ledger, today())
    return download(sheets.workbook(design_of(found)), f"{found.name}_定义表.xlsx")


@require_safe
def blank_sheet(request: SignedIn) -> HttpResponse:
    access.require_definer(request.user, today())
    return download(sheets.workbook(Design()), "台账定义表_空表.xlsx")
