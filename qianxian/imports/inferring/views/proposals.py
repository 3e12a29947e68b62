"""Pages from a workbook to a ledger: hand in, watch, put right, define."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.errors import NotVisible, UserError
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.imports.forms import UploadForm
from qianxian.imports.inferring import access, services, sheets
from qianxian.imports.inferring.design import LEVELS, PLACES, TYPES, Design
from qianxian.imports.inferring.faults import DesignFault
from qianxian.imports.inferring.forms import design_of_post, layout_of_post
from qianxian.imports.inferring.jobs import seen_of
from qianxian.imports.inferring.looking import Seen
from qianxian.imports.inferring.models import LedgerProposal
from qianxian.imports.inferring.services import DesignInvalid
from qianxian.imports.inferring.sheets import SheetInvalid
from qianxian.imports.inferring.showing import (
    ROW_WORDS,
    column_views,
    fault_lines,
    whole_doubts,
    whole_faults,
)
from qianxian.imports.pages import attempt, progress_of

State = LedgerProposal.State


def _proposal_or_404(request: SignedIn, pk: int) -> LedgerProposal:
    access.require_definer(request.user, today())
    rows = LedgerProposal.objects.mine(request.user).select_related("township", "upload", "run")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible("没有这份拟定的台账，或者不是你传的。")
    return found


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """The ledgers that this site made, and what I have begun."""
    access.require_definer(request.user, today())
    begun = LedgerProposal.objects.mine(request.user).exclude(state=State.DROPPED)
    context = {
        "own": access.own_ledgers(request.user, today()),
        "begun": begun.exclude(state=State.DEFINED).defer("seen")[:20],
    }
    return render(request, "imports/inferring/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Hand in a workbook."""
    access.require_definer(request.user, today())
    form = _upload_form(request)
    if form.is_bound and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            made = services.hand_in(
                data=uploaded.read(),
                name=uploaded.name,
                township=form.chosen(),
                by=request.user,
                at=timezone.now(),
            )
        except UserError as error:
            form.add_error("file", str(error))
        else:
            return redirect(made)
    context = {"form": form}
    status = 422 if form.errors else 200
    return render(request, "imports/inferring/new.html", context, status=status)


def _upload_form(request: SignedIn) -> UploadForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return UploadForm(*sent, townships=access.townships_for(request.user, today()))


@require_http_methods(["GET", "HEAD", "POST"])
def from_sheet(request: SignedIn) -> HttpResponse:
    """Hand in a definition that was written as a sheet."""
    access.require_definer(request.user, today())
    form, says = _upload_form(request), list[str]()
    if form.is_bound and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            design = sheets.read(uploaded.read(), uploaded.name)
        except SheetInvalid as error:
            says = error.says
        except UserError as error:
            form.add_error("file", str(error))
        else:
            made = services.propose_design(
                design=design,
                name=uploaded.name,
                township=form.chosen(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect(made)
    context = {"form": form, "says": says, "types": TYPES.values()}
    status = 422 if form.errors or says else 200
    return render(request, "imports/inferring/sheet.html", context, status=status)


@require_safe
def proposal(request: SignedIn, pk: int) -> HttpResponse:
    """Where a proposal stands: progress, the design to put right, or what came of it."""
    found = _proposal_or_404(request, pk)
    if found.state == State.DEFINED and found.run:
        return redirect(found.run)
    if found.state == State.DEFINED:
        return redirect("imports:own", found.ledger)
    context: dict[str, Any] = {"proposal": found}
    if found.state == State.READY:
        context |= design_context(request, found, Design.from_json(found.design), seen_of(found))
    return render(request, "imports/inferring/proposal.html", context)


def design_context(
    request: SignedIn,
    found: LedgerProposal,
    design: Design,
    seen: Seen | None,
    faults: list[DesignFault] | None = None,
) -> dict[str, Any]:
    told = faults or []
    views = column_views(design, seen, found.township, told)
    return {
        "proposal": found,
        "design": design,
        "seen": seen,
        "columns": views,
        "doubts": whole_doubts(design, seen),
        "faults": whole_faults(told),
        "fault_lines": fault_lines(design, told),
        "bad": sum(doubt.bad for view in views for doubt in view.doubts),
        "lines": access.lines_for(request.user, today()),
        "types": TYPES,
        "places": PLACES,
        "levels": LEVELS,
        "row_words": ROW_WORDS,
        "dates": [f for f in design.fields if f.kind == "date" and not f.private],
        "open_fields": [f for f in design.fields if not f.private],
    }


@require_safe
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """The part that is asked for again while it runs; the whole page once it has ended."""
    found = _proposal_or_404(request, pk)
    part = render(request, "imports/inferring/_running.html", {"proposal": found})
    return progress_of(part, is_running=found.is_running)


@require_POST
def put_right(request: SignedIn, pk: int) -> HttpResponse:
    """Keep what was put right and look again; with `act=define` make it a ledger."""
    found = _proposal_or_404(request, pk)
    if found.state != State.READY:
        return redirect(found)
    design = design_of_post(request.POST, Design.from_json(found.design))
    at = timezone.now()
    services.put_right(proposal=found, design=design, by=request.user, at=at)
    found.refresh_from_db()
    if request.POST.get("act") == "define":
        return _define(request, found, design)
    context = design_context(request, found, design, seen_of(found))
    if request.headers.get("HX-Request"):
        return render(request, "imports/inferring/_looked.html", context)
    return render(request, "imports/inferring/proposal.html", context)


def _define(request: SignedIn, found: LedgerProposal, design: Design) -> HttpResponse:
    try:
        ledger = services.define(proposal=found, by=request.user, at=timezone.now())
    except DesignInvalid as error:
        context = design_context(request, found, design, seen_of(found), error.faults)
        return render(request, "imports/inferring/proposal.html", context, status=422)
    except UserError as error:
        messages.error(request, str(error))
        return redirect(found)
    found.refresh_from_db()
    if found.run:
        messages.success(request, f"{ledger.name}建好了，大家都能看到。表里的行检查好了，再点存。")
        return redirect(found.run)
    messages.success(request, f"{ledger.name}建好了，大家都能看到。")
    if found.upload_id:
        messages.info(request, "表里的行由能记这本台账的人导：打开台账，点“导入 Excel”。")
    return redirect("imports:own", ledger.id)


@require_POST
def read_again(request: SignedIn, pk: int) -> HttpResponse:
    found = _proposal_or_404(request, pk)
    seen = seen_of(found)
    names = [sheet.name for sheet in seen.sheets] if seen else []
    layout = layout_of_post(request.POST, names, found.layout)
    if "afresh" in request.POST:
        layout = {}
    attempt(request, partial(services.read_again, proposal=found, layout=layout))
    return redirect(found)


@require_POST
def drop(request: SignedIn, pk: int) -> HttpResponse:
    found = _proposal_or_404(request, pk)
    said = f"“{found}”不建了。文件 30 天后清掉。"
    if attempt(request, partial(services.drop, proposal=found), said):
        return redirect("imports:own_index")
    return redirect(found)
