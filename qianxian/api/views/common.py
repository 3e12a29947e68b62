"""What the operations share: ledgers and entries through the gate and through the token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from qianxian.api.calling import Caller
from qianxian.api.problems import Outrun
from qianxian.api.schemas import Problem
from qianxian.api.shown import saves_of
from qianxian.core.errors import Conflict, NotVisible
from qianxian.core.models import Place
from qianxian.ledgers.models import Entry
from qianxian.ledgers.views.common import entry_or_404, ledger_or_404
from qianxian_packs import Ledger

# For the OpenAPI description: errors have one shape.
ERRORS = {(401, 403, 404, 409, 422, 429): Problem}


def ledger_of(caller: Caller, name: str) -> Ledger:
    """The ledger, if the owner may read it anywhere and the token was made for it."""
    ledger = ledger_or_404(caller.user, name)
    if not caller.token.covers(name):
        raise NotVisible("没有这本台账，或者这个令牌不管这一本。")
    return ledger


def entry_of(caller: Caller, ledger: str, key: UUID) -> Entry:
    """The entry, through the same gate as its page; a removed one too."""
    ledger_of(caller, ledger)
    return entry_or_404(caller.user, ledger, key)


def place_named(code: str) -> Place | None:
    return Place.objects.filter(pk=code).first() if code else None


@contextmanager
def telling_changes(entry: Entry, version: int, caller: Caller) -> Iterator[None]:
    """Whoever comes second hears what was changed since the version that was sent, and by whom."""
    try:
        yield
    except Conflict as error:
        raise Outrun(str(error), saves_of(entry, caller, after=version)) from error
