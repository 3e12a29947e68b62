"""What the pages of imports do alike: find the ledger, report progress, try what may be refused."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.requests import SignedIn
from qianxian.imports.services import townships_for
from qianxian_packs import Ledger

# htmx stops asking when it gets this.
_STOP_POLLING = 286


def ledger_or_404(request: SignedIn, name: str) -> Ledger:
    """The ledger, if the user may record in it somewhere."""
    ledger = catalogue().ledgers.get(name)
    if ledger is None or not townships_for(request.user, ledger, timezone.now()):
        raise NotVisible("没有这本台账，或者不归你的岗位记。回台账首页看看。")
    return ledger


def progress_of(part: HttpResponse, *, is_running: bool) -> HttpResponse:
    """The part that is asked for again while it runs; once it has ended, the whole page anew."""
    if not is_running:
        part.status_code = _STOP_POLLING
        part["HX-Refresh"] = "true"
    return part


def attempt(request: SignedIn, act: Callable[..., object], said: str = "") -> bool:
    """Do it; what a service refuses stands at the top of the page that follows."""
    try:
        act(by=request.user, at=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
        return False
    if said:
        messages.success(request, said)
    return True
