"""Corrections that wait: the list, deciding one, and recording what somebody outside asked for."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import parts
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers.corrections import require_edit
from qianxian.ledgers.forms import CorrectionForm
from qianxian.ledgers.history import last_commit, undo_url
from qianxian.ledgers.models import ChangeRequest, Entry
from qianxian.ledgers.requests import services
from qianxian.ledgers.requests.forms import AskedForm
from qianxian.ledgers.requests.reading import waiting
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import entry_or_404, now, post_for


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """更正申请: what I may decide, and what I asked for."""
    told = waiting(request.user, today())
    context = {
        "to_decide": [each for each in told if each.may_decide],
        "mine": [each for each in told if each.is_mine],
    }
    return render(request, "ledgers/requests/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, ledger: str, key: UUID) -> HttpResponse:
    """有人要求更正: a resident at the counter, the county. Another person approves it."""
    entry = entry_or_404(request.user, ledger, key)
    if not entry.definition.is_register or entry.deleted:
        raise NotVisible("只有底册里的才这样更正。回列表看看。")
    require_edit(entry, by=request.user, at=now())
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(entry, request.user, today(), posted)
    # A request is about fields; an entry that moves is moved on a day.
    del form.fields["place"]
    asked = AskedForm(posted)
    if form.is_bound and asked.is_valid() & form.is_valid() and _asked(request, entry, form, asked):
        return redirect(entry)
    context = {
        "entry": entry,
        "ledger": entry.definition,
        "form": form,
        "asked": asked,
        "pickers": form.pickers(),
    }
    status = 422 if form.errors or asked.errors else 200
    return render(request, "ledgers/requests/new.html", context, status=status)


def _asked(request: SignedIn, entry: Entry, form: CorrectionForm, asked: AskedForm) -> bool:
    try:
        services.ask_for_change(
            entry=entry,
            values_changed=form.changed_values(dict(entry.data)),
            version=form.cleaned_data["version"],
            by=request.user,
            at=now(),
            reason=form.cleaned_data["reason"] or "",
            asked=asked.asked(),
            post=post_for(request.user, Permission.ENTRY_EDIT, entry.definition, entry.place),
        )
    except InvalidEntry as error:
        form.refuse(error)
    except UserError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, f"提出来了：{entry}。等另一位同事核准。")
        return True
    return False


@require_POST
def approve(request: SignedIn, key: UUID) -> HttpResponse:
    found = _request_or_404(request, key)

    def act(post: str) -> None:
        answer = request.POST.get("answer", "")
        services.approve(request=found, by=request.user, at=now(), answer=answer, post=post)

    return _decided(request, found, act, f"核准了，已照改：{found.entry}")


@require_POST
def refuse(request: SignedIn, key: UUID) -> HttpResponse:
    found = _request_or_404(request, key)

    def act(post: str) -> None:
        answer = request.POST.get("answer", "")
        services.refuse(request=found, by=request.user, at=now(), answer=answer, post=post)

    return _decided(request, found, act, f"没有核准，理由已记下：{found.entry}")


@require_POST
def withdraw(request: SignedIn, key: UUID) -> HttpResponse:
    found = _request_or_404(request, key)

    def act(post: str) -> None:
        services.withdraw(request=found, by=request.user, at=now(), post=post)

    return _decided(request, found, act, f"收回了：{found.entry}")


@require_POST
def renew(request: SignedIn, key: UUID) -> HttpResponse:
    found = _request_or_404(request, key)

    def act(post: str) -> None:
        services.renew(request=found, by=request.user, at=now(), post=post)

    return _decided(request, found, act, f"照现在这一版再提了：{found.entry}")


def _request_or_404(request: SignedIn, key: UUID) -> ChangeRequest:
    rows = ChangeRequest.objects.filter(
        pk=key, entry__in=Entry.objects.visible_to(request.user, today()).values("pk")
    )
    found = rows.select_related("entry__place").first()
    if found is None:
        raise NotVisible("没有这条更正申请，或者不归你的岗位看。")
    return found


def _decided(
    request: SignedIn, found: ChangeRequest, act: Callable[[str], None], said: str
) -> HttpResponse:
    """Do it and go back; what stood in the way is told there, and nothing is lost."""
    entry = found.entry
    wanted = Permission.ENTRY_CORRECT
    try:
        act(post_for(request.user, wanted, entry.definition, entry.place))
    except NotVisible:
        raise
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said, extra_tags=_undo(entry, found))
    return redirect(_back(request, entry))


def _undo(entry: Entry, found: ChangeRequest) -> str:
    found.refresh_from_db()
    if found.state != ChangeRequest.State.APPROVED:
        return ""
    return str(parts.undo(undo_url(last_commit(entry))))


def _back(request: SignedIn, entry: Entry) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted and is_ours else entry.get_absolute_url()
