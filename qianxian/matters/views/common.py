"""What all pages of matters share: through the gate to a matter, and back to it when it was saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from qianxian.core import gate, parts, queries
from qianxian.core.errors import Conflict
from qianxian.core.models import Commit, User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.acts import Act, acts_of
from qianxian.matters.beside import Tied, tied_by_key
from qianxian.matters.errors import StepRefused
from qianxian.matters.page import MatterPage
from qianxian.matters.queries import matters
from qianxian.matters.ties import ties_of

P = ParamSpec("P")
T = TypeVar("T")


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def entry_of(request: HttpRequest, key: UUID) -> Entry:
    """Through the gate: what the reader may not see is not there."""
    rows = matters().visible_to(user_of(request), queries.today())
    related = ("place__parent", "post__office", "offered__office", "subject")
    return get_object_or_404(rows.select_related(*related), pk=key)


@dataclass(frozen=True, slots=True)
class Merged:
    """A matter that went into another; `into` is None where that is out of the reader's sight."""

    entry: Entry
    act: Act
    into: Tied | None
    may_part: bool


def merged_of(request: HttpRequest, key: UUID) -> Merged | None:
    """The matter, if it is one that went into another."""
    user, on = user_of(request), queries.today()
    rows = Entry.objects.visible_to(user, on).filter(deleted=True, pk=key)
    entry = rows.select_related("place__parent").first()
    if entry is None or not entry.definition.flow:
        return None
    acts = acts_of(entry)
    into = ties_of(acts).into
    if into is None:
        return None
    act = next(act for act in reversed(acts) if act.stands and act.act.get("merge"))
    may_part = gate.can(
        user, Permission.ENTRY_CORRECT, line=entry.definition.line, place=entry.place, on=on
    )
    return Merged(entry, act, tied_by_key([into], user, on).get(into), may_part)


def page_of(request: HttpRequest, key: UUID) -> MatterPage:
    return MatterPage(entry_of(request, key), user_of(request), timezone.now())


class Refusable(Protocol):
    """A form that can say why a service refused what was typed."""

    def refuse(self, error: InvalidEntry) -> None: ...

    def add_error(self, field: str | None, error: str) -> None: ...


def attempt(form: Refusable, service: Callable[P, T], *args: P.args, **given: P.kwargs) -> T | None:
    """What the service gives; None where it refused, and the form then says why."""
    try:
        return service(*args, **given)
    except InvalidEntry as error:
        form.refuse(error)
    except (StepRefused, Conflict) as error:
        form.add_error(None, str(error))
    return None


def done(request: HttpRequest, entry: Entry, commit: Commit, label: str) -> HttpResponse:
    """Back to the matter, with what was done and its 撤回."""
    undo_url = reverse("matters:undo", args=[entry.pk, commit.number])
    messages.success(request, f"已记：{entry.title} {label}", extra_tags=parts.undo(undo_url))
    return redirect("matters:matter", key=entry.pk)
