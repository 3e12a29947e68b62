"""What the pages of reports share: fetching through the gate, and doing what may be refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties, today
from qianxian.core.requests import SignedIn
from qianxian.reports import access, services
from qianxian.reports.models import Report, SourceReport


def source_of(request: SignedIn, pk: int) -> SourceReport:
    """The reading, or 404 outside of what the user may see."""
    found = SourceReport.objects.visible_to(request.user, today()).select_related("place")
    return get_object_or_404(found, pk=pk)


def report_of(request: SignedIn, pk: int) -> Report:
    found = Report.objects.visible_to(request.user, today()).select_related("place", "base__place")
    return get_object_or_404(found.defer("base__reading"), pk=pk)


def may(request: SignedIn, permission: Permission, place: Place) -> bool:
    return access.may(request.user, permission, place, today())


def post_of(user: User, on: date) -> str:
    """The post in which a person acts, as the commit keeps it."""
    held = duties(user, on)
    return held[0].post.code if held else ""


def attempt(request: SignedIn, act: Callable[[], object], done: str) -> bool:
    """Do what a button asks. A refusal is said on the page that is shown next."""
    try:
        act()
    except (NotAllowed, NotVisible):
        raise
    except UserError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True


def dismiss(request: SignedIn, of: Report | SourceReport, finding: str) -> None:
    """A finding that a person looked at and calls none, with the reason."""
    reason = request.POST.get("reason", "")
    act = partial(
        services.dismiss_finding,
        of=of,
        finding=finding,
        reason=reason,
        by=request.user,
        at=timezone.now(),
    )
    attempt(request, act, "记下了：不是问题。")


def restore(request: SignedIn, of: Report | SourceReport, finding: str) -> None:
    act = partial(
        services.restore_finding, of=of, finding=finding, by=request.user, at=timezone.now()
    )
    attempt(request, act, "疑点又列出来了。")
