"""What was counted and found of matters, kept until a matter is saved.

Every save moves the head of a stream (`lists.heads`). So an answer that was found under the
same heads still holds, in whichever process, for whoever asks the same: the same posts, the same
day, the same reach. Another catalogue begins anew, as it may call other states open.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import QuerySet

from qianxian.core.definitions import catalogue, once_per_catalogue
from qianxian.core.prepared_query import PreparedQuery
from qianxian.ledgers.lists.counting import Kept
from qianxian.ledgers.lists.heads import heads_of
from qianxian.ledgers.models import Entry

T = TypeVar("T")


@once_per_catalogue
def _kept() -> Kept[Any]:
    return Kept(4_000)


@once_per_catalogue
def _written() -> Kept[PreparedQuery[Entry]]:
    return Kept(500)


def prepared(asked: Hashable, make: Callable[[], QuerySet[Entry, Any]]) -> PreparedQuery[Entry]:
    """The query of `make`, in SQL for whoever asks the same again, also after a save."""
    return _written().get(asked, lambda: PreparedQuery(make))


def kept(asked: Hashable, find: Callable[[], T]) -> T:
    """What `find` gives. `asked` tells all that it depends on but the matters themselves; what is
    given is shared by those who ask, so it is nothing that anybody changes."""
    now = heads_of(*(ledger for ledger in catalogue().ledgers.values() if ledger.flow))
    found: T = _kept().get((connection.alias, now, asked), find)
    return found
