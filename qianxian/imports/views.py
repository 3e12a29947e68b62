"""Pages of imports: hand in, watch, look through, land, undo."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.downloads import download
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.imports import badrows, blank, columns, queries, services
from qianxian.imports.cells import WORDS
from qianxian.imports.forms import UploadForm
from qianxian.imports.models import ImportRun
from qianxian.imports.pages import attempt, ledger_or_404, progress_of
from qianxian.ledgers.search import readable

_ROWS = {"new": "新的行", "changed": "有改动的行", "same": "已经有的行", "fault": "有问题的行"}


def _run_or_404(request: SignedIn, pk: int) -> ImportRun:
    rows = ImportRun.objects.mine(request.user).select_related("township", "upload", "by")
    run = rows.filter(pk=pk).first()
    if run is None or not _still_mine([run], request.user):
        raise NotVisible("没有这次导入，或者不是你传的，或者那里不再归你的岗位记。")
    return run


def _still_mine(runs: Iterable[ImportRun], user: User) -> list[ImportRun]:
    """Those of ledgers and townships in which the person may still record: whoever handed the post
    on no longer opens what was brought in from it."""
    at, ledgers = timezone.now(), catalogue().ledgers
    places: dict[str, list[Place]] = {}
    for run in runs:
        if run.ledger in ledgers and run.ledger not in places:
            places[run.ledger] = services.townships_for(user, ledgers[run.ledger], at)
    return [run for run in runs if run.township in places.get(run.ledger, ())]


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """My imports, and the ledgers that I may import into."""
    at = timezone.now()
    runs = ImportRun.objects.mine(request.user).exclude(state=ImportRun.State.DROPPED)
    listed = _still_mine(runs.select_related("township")[:100], request.user)
    open_to_me = [
        ledger
        for ledger in readable(request.user, today())
        if services.townships_for(request.user, ledger, at)
    ]
    return render(request, "imports/index.html", {"runs": listed, "ledgers": open_to_me})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, ledger: str) -> HttpResponse:
    """Hand in a file. Says which columns the ledger has."""
    definition, at = ledger_or_404(request, ledger), timezone.now()
    townships = services.townships_for(request.user, definition, at)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*sent, townships=townships)
    if form.is_bound and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            run = services.hand_in(
                data=uploaded.read(),
                name=uploaded.name,
                ledger=definition,
                township=form.chosen(),
                by=request.user,
                at=at,
            )
        except UserError as error:
            form.add_error("file", str(error))
        else:
            return redirect(run)
    context = {
        "form": form,
        "ledger": definition,
        "columns": blank.columns_of(definition),
        "steps": blank.left_to_steps(definition),
        "mine": ImportRun.objects.mine(request.user)
        .filter(ledger=definition.id)
        .exclude(state=ImportRun.State.DROPPED)[:5],
    }
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@require_safe
def blank_workbook(request: SignedIn, ledger: str) -> HttpResponse:
    """The ledger's own headers with drop-down lists and an example."""
    definition = ledger_or_404(request, ledger)
    return download(blank.workbook(definition), f"{definition.name}_空表.xlsx")


@require_safe
def run(request: SignedIn, pk: int) -> HttpResponse:
    """Where an import stands: its progress, its preview, or what came of it."""
    found = _run_or_404(request, pk)
    return render(request, "imports/run.html", _context(found))


@require_safe
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """The part that is asked for again while it runs; the whole page once it has ended."""
    found = _run_or_404(request, pk)
    part = render(request, "imports/_running.html", _context(found))
    return progress_of(part, is_running=found.is_running)


def _context(found: ImportRun) -> dict[str, object]:
    context: dict[str, object] = {"run": found, "ledger": found.definition_of_ledger}
    if found.is_running or found.state == ImportRun.State.FAILED:
        return context
    views = queries.column_views(found)
    return context | {
        "groups": queries.fault_groups(found),
        "refused": queries.refused_columns(found),
        "columns": views,
        "asked": [one for one in views if one.asked or one.near],
        "options": columns.targets(found.definition_of_ledger),
        "missing": queries.missing_fields(found),
    }


@require_safe
def rows(request: SignedIn, pk: int, status: str) -> HttpResponse:
    """The rows of one kind, with what they hold or what differs."""
    found = _run_or_404(request, pk)
    if status not in _ROWS:
        raise NotVisible("没有这一页。")
    shown = queries.rows_page(
        found, status, request.GET.get("page", "1"), user=request.user, on=today()
    )
    context = {
        "run": found,
        "ledger": found.definition_of_ledger,
        "heading": _ROWS[status],
        "shown": shown,
    }
    return render(request, "imports/rows.html", context)


@require_safe
def cells(request: SignedIn, pk: int) -> HttpResponse:
    """Every cell with a fault of one kind."""
    found = _run_or_404(request, pk)
    code, label = request.GET.get("code", ""), request.GET.get("label", "")
    page = queries.cells_page(found, code, label, request.GET.get("page", "1"))
    context = {
        "run": found,
        "ledger": found.definition_of_ledger,
        "page": page,
        "label": label,
        "words": WORDS.get(code, "问题"),
    }
    return render(request, "imports/cells.html", context)


@require_safe
def bad_rows(request: SignedIn, pk: int) -> HttpResponse:
    """The bad rows in the layout of the file, to be put right and handed in again."""
    found = _run_or_404(request, pk)
    stem = found.name.rpartition(".")[0] or found.name
    return download(badrows.workbook(found), f"{stem}_要改的{found.faulty}行.xlsx")


@require_POST
def choose(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_or_404(request, pk)
    chosen = {
        key.removeprefix("column:"): str(value)
        for key, value in request.POST.items()
        if key.startswith("column:")
    }
    attempt(request, partial(services.choose_columns, run=found, chosen=chosen))
    return redirect(found)


@require_POST
def again(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_or_404(request, pk)
    attempt(request, partial(services.check_again, run=found))
    return redirect(found)


@require_POST
def land(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_or_404(request, pk)
    takes = request.POST.get("changes") == "1"
    attempt(request, partial(services.request_landing, run=found, takes_changes=takes))
    return redirect(found)


@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_or_404(request, pk)
    said = "整笔撤回了。文件还在，改好可以再存。"
    attempt(request, partial(services.undo, run=found), said)
    return redirect(found)


@require_POST
def drop(request: SignedIn, pk: int) -> HttpResponse:
    found = _run_or_404(request, pk)
    if attempt(request, partial(services.drop, run=found), f"“{found}”不导了，台账没有动。"):
        return redirect("imports:index")
    return redirect(found)
