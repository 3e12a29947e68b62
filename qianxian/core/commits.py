"""Recording a save in the township's stream. Every write of the product ends here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber

from qianxian.core import digests
from qianxian.core.bulk import insert_rows, insert_selected
from qianxian.core.models import Commit, Place, Revision, Stream, User

_SLICE = 2_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who saves, and in which post. Kept as text in the commit."""

    username: str
    name: str
    post: str = ""

    @classmethod
    def of(cls, user: User, post: str = "") -> Actor:
        return cls(user.username, user.name, post)


@dataclass(frozen=True, slots=True)
class _Door:
    source: str
    ref: str


_door: ContextVar[_Door | None] = ContextVar("door", default=None)


@contextmanager
def through(source: str, ref: str) -> Iterator[None]:
    """Every commit that is recorded inside came in this way, whatever service records it.

    For a way in that stands around all services, as the API does: what each of them would have to
    hand on, one of them would forget.
    """
    before = _door.set(_Door(source, ref))
    try:
        yield
    finally:
        _door.reset(before)


@dataclass(frozen=True, slots=True)
class Change:
    """The new whole state of one thing. `body` holds JSON values only; decimals as strings."""

    kind: str
    key: str
    body: Mapping[str, Any]


class Prepared(NamedTuple):
    """A change with its text and digest, worked out before the write lock is taken."""

    kind: str
    key: str
    text: str
    leaf: bytes

    @classmethod
    def of(cls, change: Change) -> Prepared:
        text = digests.canonical(change.body)
        return cls(change.kind, change.key, text, digests.leaf(change.kind, change.key, text))


class StagedChanges(NamedTuple):
    """Changes of one kind that lie in a table, ready to be taken into the stream from there.

    rows   the query that finds them, `order` the column that they are taken by
    key, text, leaf  the expressions that give of each what Prepared holds
    """

    kind: str
    rows: QuerySet[Any]
    order: str
    key: Combinable
    text: Combinable
    leaf: Combinable

    @property
    def in_order(self) -> QuerySet[Any]:
        return self.rows.order_by(self.order)


def record(
    *,
    township: Place,
    changes: Iterable[Change | Prepared],
    staged: StagedChanges | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
    source: str = Commit.Source.PAGE,
    source_ref: str = "",
    undoes: int | None = None,
) -> Commit:
    """Write one commit with its revisions and move the head of the stream.

    Changes are taken as they come, so that a hundred thousand of them need not be in memory; staged
    ones come first.
    Call it inside the transaction that writes the current state, and last: the head row is locked
    here, and whoever waits for it waits only for what follows. On PostgreSQL two transactions may
    finish in any order; the one that locks the head first gets the lower number, and its rows are
    visible before the number after it can be given.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs inside the save")
    if door := _door.get():
        source, source_ref = door.source, door.ref
    stream, _ = Stream.objects.get_or_create(township=township)
    commit = Commit(
        stream=stream,
        at=at.astimezone(UTC),
        by=by.username,
        by_name=by.name,
        post=by.post,
        reason=reason,
        source=source,
        source_ref=source_ref,
        undoes=undoes,
        revisions_count=0,
    )
    commit.save(force_insert=True)
    leaves = _taken(commit, staged) if staged else []
    leaves += _write(commit, changes, len(leaves))
    commit.revisions_count, commit.merkle_root = len(leaves), digests.merkle_root(leaves)
    _seal(commit)
    return commit


_COLUMNS = ("commit_id", "position", "kind", "key", "body", "digest")


def _taken(commit: Commit, staged: StagedChanges) -> list[bytes]:
    """The revisions of a commit that lie in a table; their digests."""
    rows, position = staged.in_order, Window(RowNumber(), order_by=staged.order) - 1
    given = (Value(commit.pk), position, Value(staged.kind), staged.key, staged.text, staged.leaf)
    made = insert_selected(Revision, dict(zip(_COLUMNS, given, strict=True)), rows)
    leaves = [bytes(leaf) for leaf in rows.values_list(staged.leaf, flat=True)]
    # On PostgreSQL each statement sees what was committed before it.
    if len(leaves) != made:
        raise RuntimeError(f"{made} revisions were written and {len(leaves)} digests read")
    return leaves


def _write(commit: Commit, changes: Iterable[Change | Prepared], first: int) -> list[bytes]:
    """The revisions of a commit from a position on; their digests."""
    prepared = (c if isinstance(c, Prepared) else Prepared.of(c) for c in changes)
    leaves: list[bytes] = []
    while part := list(islice(prepared, _SLICE)):
        insert_rows(
            Revision,
            _COLUMNS,
            [
                (commit.pk, n, r.kind, r.key, r.text, r.leaf)
                for n, r in enumerate(part, first + len(leaves))
            ],
        )
        leaves += [r.leaf for r in part]
    return leaves


def _seal(commit: Commit) -> None:
    """Take the next number under the lock of the head and chain the commit to the one before."""
    head = Stream.objects.select_for_update().get(pk=commit.stream_id)
    commit.number = head.head_number + 1
    commit.previous = head.head_digest
    commit.digest = digests.header(header_fields(commit))
    commit.save(update_fields=["revisions_count", "merkle_root", "number", "previous", "digest"])
    head.head_number, head.head_digest = commit.number, commit.digest
    head.save(update_fields=["head_number", "head_digest"])


def header_fields(commit: Commit) -> dict[str, Any]:
    """What the digest of a commit covers: every column of it but its own digest and row id."""
    return {
        "stream": commit.stream_id,
        "number": commit.number,
        "at": commit.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": commit.by,
        "by_name": commit.by_name,
        "post": commit.post,
        "reason": commit.reason,
        "source": commit.source,
        "source_ref": commit.source_ref,
        "undoes": commit.undoes,
        "count": commit.revisions_count,
        "root": commit.merkle_root,
        "previous": commit.previous,
    }


def head_number(township: Place) -> int:
    """Number of the newest commit, 0 for a stream that nobody has written to."""
    stream = Stream.objects.filter(township=township).first()
    return stream.head_number if stream else 0
