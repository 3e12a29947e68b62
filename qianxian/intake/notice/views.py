"""Pages of notices. Nothing is saved before a person has confirmed the proposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import gate
from qianxian.core import queries as core_queries
from qianxian.core.definitions import catalogue
from qianxian.core.downloads import download
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Place, User
from qianxian.core.parts import Link
from qianxian.core.permissions import Permission
from qianxian.core.requests import SignedIn
from qianxian.intake.notice import drafts, queries, services
from qianxian.intake.notice.forms import (
    MOST_CHARACTERS,
    AnswerForm,
    CheckForm,
    OrderForm,
    ProposalForm,
    RecallForm,
    WordsForm,
)
from qianxian.intake.notice.likeness import twin_of
from qianxian.ledgers.display import names_in
from qianxian.ledgers.exports import Sheet, as_xlsx
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.errors import StepRefused
from qianxian.matters.page import MatterPage
from qianxian_reader.notice import Day


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: SignedIn) -> HttpResponse:
    """The box; and, once words came, what they were read as."""
    now = timezone.now()
    township = services.desk_township(request.user, now)
    form = WordsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _proposal(request, form.cleaned_data["text"], township, now)
    status = 422 if form.errors else 200
    return render(request, "intake/notice_new.html", {"form": form}, status=status)


def _proposal(
    request: SignedIn,
    text: str,
    township: Place,
    now: datetime,
    form: ProposalForm | None = None,
) -> HttpResponse:
    on = timezone.localdate(now)
    places = core_queries.villages(township, on)
    found = drafts.read(text, now)
    if form is None:
        start = drafts.initial(found, places, on) | {"text": text}
        form = ProposalForm(places, _classes(), initial=start)
    number = form["number"].value() or ""
    context = {
        "form": form,
        "found": found,
        "pieces": drafts.pieces(found),
        "days": drafts.named_days(found),
        "twin": twin_of(text, number, request.user, on),
        "reply": _reply(township, found.deadline),
        "is_cut": len(text) > drafts.LONGEST,
    }
    return render(
        request, "intake/notice_proposal.html", context, status=422 if form.errors else 200
    )


def _classes() -> list[str]:
    return list(catalogue().ledgers[services.NOTICE].by_name["list_class"].choices)


def _reply(township: Place, due: Day | None) -> str:
    if due is None:
        return f"{township.name}收到。"
    hour = f"{due.hour:%H:%M}" if due.hour else ""
    return f"{township.name}收到，{due.on.month}月{due.on.day}日{hour}前报。"


@require_POST
def save(request: SignedIn) -> HttpResponse:
    """Confirmed: the notice, and an assignment for each ticked village, as one commit."""
    now = timezone.now()
    township = services.desk_township(request.user, now)
    places = core_queries.villages(township, timezone.localdate(now))
    form = ProposalForm(places, _classes(), request.POST)
    # By hand more may come than the box takes, and reading it would hold up the page.
    text = request.POST.get("text", "")[:MOST_CHARACTERS]
    if not form.is_valid():
        return _proposal(request, text, township, now, form)
    order = form.order(shared="keep" not in request.POST)
    try:
        key = services.save_notice(
            key=form.cleaned_data["key"],
            township=township,
            values=form.values(),
            order=order,
            by=request.user,
            at=now,
        )
    except InvalidEntry as error:
        form.refuse(error)
        return _proposal(request, text, township, now, form)
    except UserError as error:
        # Somebody saved the same one meanwhile; what was typed stays.
        form.add_error(None, str(error))
        return _proposal(request, text, township, now, form)
    told = f"已派下去：{len(order.villages)} 个村。" if order.villages else "已收文，还没派。"
    messages.success(request, told)
    return redirect("intake:notice", key=key)


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """Notices, open ones first; for a village what it owes."""
    user, on = request.user, core_queries.today()
    state = request.GET.get("state", "open")
    issuer = request.GET.get("issuer", "")
    labels = (("open", _("Under way")), ("ended", _("Ended")), ("all", _("All")))
    tabs = [Link(label, f"?state={key}", current=key == state) for key, label in labels]
    context = {
        "tabs": tabs,
        "state": state,
        "issuer": issuer,
        "issuers": queries.issuers(user, on),
        "lines": queries.listed(user, on, state=state, issuer=issuer),
        "mine": [] if _has_desk(user) else queries.mine(user, on),
        "has_desk": _has_desk(user),
    }
    return render(request, "intake/notice_list.html", context)


def _has_desk(user: User) -> bool:
    try:
        services.desk_township(user, timezone.now())
    except NotAllowed:
        return False
    return True


@require_safe
def notice(request: SignedIn, key: UUID) -> HttpResponse:
    """One notice: what is next, and which village has answered."""
    return _notice_page(request, _notice(request, key))


def _notice_page(
    request: SignedIn, entry: Entry, share: OrderForm | None = None, status: int = 200
) -> HttpResponse:
    user, now = request.user, timezone.now()
    page = MatterPage(entry, user, now)
    shown = queries.grid(entry, user, page.on)
    may_act = page.can(Permission.ENTRY_EDIT)
    left = _villages_left(entry, shown, page) if may_act and page.is_open else []
    context = {
        "page": page,
        "entry": entry,
        "data": entry.data,
        "asks": (entry.data.get("asks") or "").splitlines(),
        "grid": shown,
        "due": queries.Answer(entry, page.on).due,
        "reminder": queries.reminder(entry.title, shown.owing, page.on, user.name),
        "answers": queries.answers_as_text(entry, shown.said),
        "may_act": may_act,
        "share": share or (OrderForm(left, initial=_order_so_far(entry, shown)) if left else None),
    }
    return render(request, "intake/notice_page.html", context, status=status)


def _villages_left(entry: Entry, shown: queries.Grid, page: MatterPage) -> list[Place]:
    had = {one.entry.place_id for one in shown.counted}
    return [p for p in core_queries.villages(entry.place, page.on) if p.pk not in had]


def _order_so_far(entry: Entry, shown: queries.Grid) -> dict[str, object]:
    data = shown.counted[0].entry.data if shown.counted else entry.data
    return {
        "asks": data.get("asks") or "",
        "village_deadline": data.get("deadline") or "",
        "village_time": data.get("deadline_time") or "",
    }


@require_POST
def share(request: SignedIn, key: UUID) -> HttpResponse:
    """Assignments for more villages."""
    entry, now = _notice(request, key), timezone.now()
    places = core_queries.villages(entry.place, timezone.localdate(now))
    form = OrderForm(places, request.POST)
    if form.is_valid():
        try:
            count = services.share_out(notice=entry, order=form.order(), by=request.user, at=now)
        except InvalidEntry as error:
            form.refuse(error)
        else:
            messages.success(request, f"又派了 {count} 个村。")
            return redirect("intake:notice", key=key)
    return _notice_page(request, entry, form, 422)


@require_safe
def answers(request: SignedIn, key: UUID) -> HttpResponse:
    """The answers as a workbook."""
    entry, on = _notice(request, key), core_queries.today()
    rows: Sequence[Entry] = [one.entry for one in queries.grid(entry, request.user, on).answers]
    ledger = catalogue().ledgers[services.ASSIGNMENT]
    names = names_in(ledger, [row.data for row in rows], user=request.user, on=on)
    said = (f"{entry.title}，{on} 导出，{len(rows)} 个村。",)
    content = as_xlsx(Sheet(ledger, rows, names, said))
    return download(content, f"answers-{entry.pk.hex[:8]}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: SignedIn, key: UUID) -> HttpResponse:
    """Give a notice up, with what is still open of it."""
    entry = _notice(request, key)
    form = RecallForm(request.POST or None, initial={"version": entry.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = services.recall(
                notice=entry,
                by=request.user,
                at=timezone.now(),
                version=data["version"],
                reason=data["reason"],
            )
        except InvalidEntry as error:
            form.refuse(error)
        except (StepRefused, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已收回，{count} 个村不用办了。")
            return redirect("intake:notice", key=key)
    shown = queries.grid(entry, request.user, core_queries.today())
    context = {"entry": entry, "form": form, "open": [*shown.owing, *shown.to_check]}
    return render(request, "intake/notice_recall.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: SignedIn, key: UUID) -> HttpResponse:
    """One village's assignment: what is asked, and the answer."""
    entry, now = _assignment(request, key), timezone.now()
    form = AnswerForm(request.POST or None, request.FILES or None, initial=_answer_so_far(entry))
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                assignment=entry,
                text=form.cleaned_data["answer"],
                photos=form.pictures,
                by=request.user,
                at=now,
                version=form.cleaned_data["version"],
            )
        except InvalidEntry as error:
            form.refuse(error)
        except (StepRefused, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已报送：{entry.place.name}。党政办看过就办结。")
            return redirect("intake:assignment", key=key)
    shown = queries.Answer(entry, timezone.localdate(now))
    context = {
        "entry": entry,
        "answer": shown,
        "asks": (entry.data.get("asks") or "").splitlines(),
        "form": form,
        "may_answer": shown.owes,
        "sees_notice": _sees_notice(request, entry),
    }
    return render(request, "intake/notice_answer.html", context, status=422 if form.errors else 200)


def _answer_so_far(entry: Entry) -> dict[str, object]:
    return {"version": entry.version, "answer": entry.data.get("answer") or ""}


def _sees_notice(request: SignedIn, entry: Entry) -> bool:
    if entry.parent is None:
        return False
    return gate.can(
        request.user,
        Permission.ENTRY_VIEW,
        line=services.LINE,
        place=entry.parent.place,
        on=core_queries.today(),
    )


@require_POST
def check(request: SignedIn, key: UUID) -> HttpResponse:
    """Accept an answer, or send it back with a reason; then to the notice again."""
    entry, now = _assignment(request, key), timezone.now()
    form = CheckForm(request.POST)
    if form.is_valid():
        version, why = form.cleaned_data["version"], form.cleaned_data["return_reason"].strip()
        try:
            if request.POST.get("act") == "send_back":
                services.send_back(
                    assignment=entry, why=why, by=request.user, at=now, version=version
                )
                messages.success(request, f"已退回：{entry.place.name}。")
            else:
                services.accept(assignment=entry, by=request.user, at=now, version=version)
                messages.success(request, f"已办结：{entry.place.name}。")
        except InvalidEntry as error:
            messages.error(request, "；".join(error.errors.values()))
        except (StepRefused, Conflict) as error:
            messages.error(request, str(error))
    if entry.parent_id and _sees_notice(request, entry):
        return redirect("intake:notice", key=entry.parent_id)
    return redirect("intake:assignment", key=key)


def _notice(request: SignedIn, key: UUID) -> Entry:
    """Through the gate: what the reader may not see is not there."""
    return get_object_or_404(queries.notices(request.user, core_queries.today()), pk=key)


def _assignment(request: SignedIn, key: UUID) -> Entry:
    rows = queries.assignments(request.user, core_queries.today()).select_related("parent__place")
    return get_object_or_404(rows.select_related("place"), pk=key)
