"""What the pages of reports share: fetching through the gate, and doing what may be refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties, today
from qianxian.core.requests import SignedIn
from qianxian.reports import access
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
