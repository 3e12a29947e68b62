"""Pages of village workbooks: send out, take back, look through, confirm."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.downloads import download
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.imports.forms import UploadForm
from qianxian.imports.pages import attempt
from qianxian.imports.workbooks import queries, sending, taking
from qianxian.imports.workbooks.models import Handback, Workbook
from qianxian.imports.workbooks.taking import Choices
from qianxian_packs import Ledger


def _ledger_or_404(request: SignedIn, name: str) -> Ledger:
    ledger = catalogue().ledgers.get(name)
    if ledger is None or not sending.villages_for(request.user, ledger, today()):
        raise NotVisible("没有这本台账，或者没有归你的岗位记的村。")
    return ledger


def _handback_or_404(request: SignedIn, pk: int) -> Handback:
    rows = Handback.objects.select_related("workbook__village", "workbook__township", "by")
    found = rows.filter(pk=pk, workbook__ledger__in=catalogue().ledgers).first()
    if found is None:
        raise NotVisible("没有这一份工作簿，或者那个村不归你的岗位记。")
    taking.require_village(found.workbook, request.user, timezone.now())
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: SignedIn) -> HttpResponse:
    """What can go out, what is out, and the place where a returned one is dropped."""
    return _taken_back(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Take back a workbook that does not say any more which one it was."""
    rows = Workbook.objects.select_related("village", "township")
    book = rows.filter(pk=pk, ledger__in=catalogue().ledgers).first()
    if book is None:
        raise NotVisible("没有这份工作簿，或者那个村不归你的岗位记。")
    taking.require_village(book, request.user, timezone.now())
    return _taken_back(request, book)


def _taken_back(request: SignedIn, book: Workbook | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*sent, townships=())
    form.fields["file"].label = "发回来的工作簿"
    if form.is_bound and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            handback = taking.hand_back(
                data=uploaded.read(),
                name=uploaded.name,
                by=request.user,
                at=timezone.now(),
                workbook=book,
            )
        except NotVisible:
            raise
        except UserError as error:
            form.add_error("file", str(error))
        else:
            return redirect(handback)
    context: dict[str, object] = {"form": form, "book": book}
    if book is None:
        context["ledgers"] = queries.ledgers_to_send(request.user, today())
        context["groups"] = queries.trips(request.user, today())
    page = "imports/workbook_back.html" if book else "imports/workbooks.html"
    return render(request, page, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: SignedIn, ledger: str) -> HttpResponse:
    """Choose villages; one workbook comes down, or a zip with one for each."""
    definition, day = _ledger_or_404(request, ledger), today()
    choices = queries.village_choices(request.user, definition, day)
    if request.method == "POST":
        wanted = set(request.POST.getlist("village"))
        villages = [each.village for each in choices if each.village.pk in wanted]
        try:
            name, data = sending.write_workbooks(
                ledger=definition, villages=villages, by=request.user, at=timezone.now()
            )
        except UserError as error:
            messages.error(request, str(error))
            return redirect("imports:workbook_send", ledger)
        return download(data, name)
    return render(request, "imports/workbook_send.html", {"ledger": definition, "choices": choices})


@require_safe
def handback(request: SignedIn, pk: int) -> HttpResponse:
    """What came back beside the ledger; once confirmed, what came of it."""
    return _shown(request, _handback_or_404(request, pk), Choices())


def _shown(
    request: SignedIn, found: Handback, choices: Choices, refused: UserError | None = None
) -> HttpResponse:
    context = {
        "back": found,
        "book": found.workbook,
        "ledger": found.workbook.definition,
        "refused": refused,
    }
    if found.state == Handback.State.WAITING:
        diff = taking.look(found, by=request.user, at=timezone.now())
        context |= {
            "diff": diff,
            "token": diff.token(),
            "rows": queries.row_views(diff, choices),
        }
    return render(request, "imports/workbook.html", context, status=422 if refused else 200)


@require_POST
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    found = _handback_or_404(request, pk)
    choices = _choices(request.POST)
    try:
        taking.confirm(
            handback=found,
            choices=choices,
            token=request.POST.get("token", ""),
            by=request.user,
            at=timezone.now(),
        )
    except NotVisible:
        raise
    except UserError as error:
        found.refresh_from_db()
        return _shown(request, found, choices, error)
    return redirect(found)


def _choices(posted: QueryDict) -> Choices:
    return Choices(
        leave=frozenset(posted.getlist("leave")),
        clear=frozenset(posted.getlist("clear")),
        side={
            key.removeprefix("side:"): str(value)
            for key, value in posted.items()
            if key.startswith("side:")
        },
    )


@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    found = _handback_or_404(request, pk)
    said = "改动和新的行整笔撤回了。步骤要撤，在那一件的经过里撤。"
    attempt(request, partial(taking.undo, handback=found), said)
    return redirect(found)


@require_POST
def drop(request: SignedIn, pk: int) -> HttpResponse:
    found = _handback_or_404(request, pk)
    if attempt(request, partial(taking.drop, handback=found), f"“{found}”不收了，台账没有动。"):
        return redirect("imports:workbooks")
    return redirect(found)
