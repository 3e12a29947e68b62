"""Keeping a list under a name, sharing it, choosing columns. Nothing of it changes an entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.prepared_query import Given, PreparedQuery
from qianxian.ledgers.lists.columns import columns_of
from qianxian.ledgers.lists.models import ChosenColumns, SavedList
from qianxian.ledgers.lists.paging import PARAMETERS
from qianxian_packs import Ledger

_LONGEST_NAME = 30
_LONGEST_QUERY = 2000
# More than these no row of links holds.
_MOST = 20
# What an address says beside the list itself.
_LEFT_OUT = (*PARAMETERS, "print", "page")


def plain_query(query: QueryDict) -> str:
    """An address as it is kept: without its page and without what is empty."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in _LEFT_OUT and any(values):
            kept.setlist(name, values)
    return kept.urlencode()


def share_place(user: User, ledger: Ledger, on: date) -> Place | None:
    """The widest place in which this person may put entries of the ledger right; else None.

    Whoever answers for a ledger there may also say how its lists are looked at.
    """
    paths = sorted(_corrects(user, ledger, on), key=len)
    return Place.objects.filter(path=paths[0]).first() if paths else None


def may_share(user: User, ledger: Ledger, on: date) -> bool:
    """Whether sharing is offered."""
    return bool(_corrects(user, ledger, on))


def _corrects(user: User, ledger: Ledger, on: date) -> list[str]:
    return [r.path for r in gate.reaches_in(user, Permission.ENTRY_CORRECT, ledger.line, on)]


@transaction.atomic
def save_list(
    *, ledger: Ledger, name: str, query: QueryDict, is_shared: bool, by: User, at: datetime
) -> SavedList:
    """Keep a list under a name; one of the same name and owner is replaced.

    Raises UserError for a name that cannot be, NotAllowed for sharing without the right to.
    """
    name = " ".join(name.split())
    if not name:
        raise UserError("还没写叫什么。起个名字，比如“等复核的”。")
    if len(name) > _LONGEST_NAME:
        raise UserError(f"名字有 {len(name)} 个字，最多 {_LONGEST_NAME} 个。请写短一点。")
    text = plain_query(query)
    if len(text) > _LONGEST_QUERY:
        raise UserError("条件太长，存不下。请减几个条件或几列再存。")
    place = share_place(by, ledger, timezone.localdate(at)) if is_shared else None
    if is_shared and place is None:
        raise NotAllowed("给条线里的人用，要有这本台账的改正权。可以先存给自己用。")
    own = SavedList.objects.select_for_update().filter(ledger=ledger.id, owner=by)
    if own.exclude(name=name).count() >= _MOST:
        raise UserError(f"这本台账已经存了 {_MOST} 个常用清单。先去掉不用的，再存。")
    found, _is_new = SavedList.objects.update_or_create(
        ledger=ledger.id,
        owner=by,
        name=name,
        defaults={"query": text, "is_shared": is_shared, "place": place, "changed_at": at},
    )
    return found


@transaction.atomic
def remove_list(*, saved: SavedList, by: User) -> None:
    """Only its owner takes a list away. Raises NotVisible for anybody else."""
    if saved.owner_id != by.pk:
        raise NotVisible("这个清单不是你存的，只有存的人能去掉。")
    saved.delete()


@transaction.atomic
def choose_columns(*, ledger: Ledger, keys: Iterable[str], by: User) -> None:
    """The columns that a person wants from now on; none of them: the usual ones again."""
    known = columns_of(ledger)
    wanted = [key for key in dict.fromkeys(keys) if key in known]
    if not wanted:
        ChosenColumns.objects.filter(ledger=ledger.id, owner=by).delete()
        return
    ChosenColumns.objects.update_or_create(ledger=ledger.id, owner=by, defaults={"keys": wanted})


def lists_for(user: User, ledger: Ledger, on: date) -> list[SavedList]:
    """The kept lists that are open to this person, with their owners. Most ledgers have none."""
    if not _any_list.rows(ledger=ledger.id, user=user.pk):
        return []
    return list(SavedList.objects.open_to(user, ledger, on).select_related("owner"))


@PreparedQuery
def _any_list() -> QuerySet[SavedList, Any]:
    mine_or_shared = Q(owner_id=Given("user")) | Q(is_shared=True)
    found = SavedList.objects.filter(mine_or_shared, ledger=Given("ledger"))
    return found.order_by().values_list("pk")[:1]


@PreparedQuery
def _any_columns() -> QuerySet[ChosenColumns, Any]:
    found = ChosenColumns.objects.filter(ledger=Given("ledger"), owner_id=Given("user"))
    return found.values_list("pk")[:1]


def columns_for(user: User, ledger: Ledger) -> tuple[str, ...]:
    """What this person chose; empty for the usual ones."""
    if not _any_columns.rows(ledger=ledger.id, user=user.pk):
        return ()
    rows = ChosenColumns.objects.filter(ledger=ledger.id, owner=user).values_list("keys", flat=True)
    return tuple(rows.first() or ())
