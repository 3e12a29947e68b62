"""Walking the commit streams and naming whatever does not fit its digest.

A damaged row may be one that cannot even be read: text that is no UTF-8, a moment that is no date.
It is named like any other, and the walk goes on behind it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models.functions import Cast

from qianxian.core import digests
from qianxian.core.commits import header_fields
from qianxian.core.models import Commit, Revision, Stream

# What reading a damaged row raises, from the database's driver up to Django's converters.
_UNREADABLE = (DatabaseError, ValueError, TypeError, AttributeError, OverflowError)
_BATCH = 200
# A fault of a whole commit names this many of its entries.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that history does not bear out. `key` is empty where a whole commit is at fault."""

    stream: str
    commit: int | None
    kind: str
    key: str
    says: str

    def __str__(self) -> str:
        where = f"{self.stream} 第{self.commit}号提交" if self.commit else self.stream
        what = f" {self.kind} {self.key}" if self.key else ""
        return f"{where}{what}：{self.says}"


@dataclass(frozen=True, slots=True)
class _Link:
    """The end of the chain so far. `digest` is None behind a commit that cannot be read."""

    number: int
    digest: str | None


def verify(stream: Stream) -> Iterator[Fault]:
    """Check every commit of a stream from the first to the head. Others may go on saving."""
    head, link = _read_head(stream), _Link(0, "")
    keys = stream.commits.order_by("number").values_list("pk", flat=True).iterator()
    while batch := list(islice(keys, _BATCH)):
        faults, link = _check_batch(stream, batch, link)
        yield from faults
    if head is None:
        yield Fault(stream.pk, None, "", "", "流的头坏了，读不出来")
    elif not _fits(stream, head, link):
        says = f"流的头写的是第{head.number}号，和最后一号提交（第{link.number}号）对不上"
        yield Fault(stream.pk, link.number, "", "", says)


def _read_head(stream: Stream) -> _Link | None:
    rows = Stream.objects.filter(pk=stream.pk).values_list("head_number", "head_digest")
    try:
        number, digest = rows.get()
        return _Link(int(number), digest)
    except _UNREADABLE:
        return None


def _fits(stream: Stream, head: _Link, link: _Link) -> bool:
    """Whether the head that was read before the walk is a commit of it, and none is beyond it.

    Commits that came while walking are beyond that head, but not beyond the one of now.
    """
    now = _read_head(stream) or head
    if not head.number <= link.number <= now.number:
        return False
    if head.number == link.number:
        return link.digest in (None, head.digest)
    return stream.commits.filter(number=head.number, digest=head.digest).exists()


def strays() -> Iterator[Fault]:
    """Revisions and commits that hang on nothing, and so are in no stream's walk."""
    commits, streams = Commit.objects.values("pk"), Stream.objects.values("pk")
    # The order of the models would join the very table in which these have nothing.
    lost_revisions = Revision.objects.exclude(commit__in=commits).order_by("pk")
    for pk in lost_revisions.values_list("pk", flat=True):
        lost = f"所属的提交（内部号{_text(Revision, 'commit_id', pk)}）没有了"
        yield Fault("", None, _text(Revision, "kind", pk), _named(_as_far_as_readable(pk)), lost)
    lost_commits = Commit.objects.exclude(stream__in=streams).order_by("pk")
    for pk in lost_commits.values_list("pk", flat=True):
        says = f"第{_text(Commit, 'number', pk)}号提交所属的流没有了；{_list(_held(pk))}"
        yield Fault(_text(Commit, "stream_id", pk), None, "", "", says)


def _check_batch(stream: Stream, keys: Sequence[int], before: _Link) -> tuple[list[Fault], _Link]:
    """Many commits in two queries; where one cannot be read, one commit at a time."""
    try:
        return _check_commits(stream, keys, before)
    except _UNREADABLE:
        faults, link = [], before
        for key in keys:
            found, link = _check_alone(stream, key, link)
            faults += found
        return faults, link


def _check_alone(stream: Stream, key: int, before: _Link) -> tuple[list[Fault], _Link]:
    try:
        return _check_commits(stream, [key], before)
    except _UNREADABLE:
        number = before.number + 1
        faults = [Fault(stream.pk, number, *found) for found in _unreadable_parts(key)]
        return faults, _Link(number, None)


def _check_commits(stream: Stream, keys: Sequence[int], link: _Link) -> tuple[list[Fault], _Link]:
    held: dict[int, list[Revision]] = {key: [] for key in keys}
    for revision in Revision.objects.filter(commit__in=keys).order_by("commit", "position"):
        held[revision.commit_id].append(revision)
    faults: list[Fault] = []
    for commit in _with_raw_moment(Commit.objects.filter(pk__in=keys)).order_by("number"):
        if commit.number is None:
            faults.append(
                _fault(commit, f"没有提交号（内部号{commit.pk}）；{_list(held[commit.pk])}")
            )
            continue
        number = int(commit.number)
        if number != link.number + 1:
            faults.append(_fault(commit, f"提交号不连续，应是第{link.number + 1}号"))
        faults += _check_header(commit, link.digest, held[commit.pk])
        faults += _check_revisions(commit, held[commit.pk])
        link = _Link(number, commit.digest)
    return faults, link


def _with_raw_moment(commits: models.QuerySet[Commit]) -> models.QuerySet[Any]:
    """SQLite keeps a moment as text, of which Django reads more forms than it writes."""
    if connection.vendor != "sqlite":
        return commits
    return commits.annotate(raw_at=Cast("at", models.TextField()))


def _is_as_written(commit: Commit) -> bool:
    raw = getattr(commit, "raw_at", None)
    return raw is None or raw == str(connection.ops.adapt_datetimefield_value(commit.at))


def _check_header(commit: Commit, previous: str | None, held: list[Revision]) -> Iterator[Fault]:
    if digests.header(header_fields(commit)) != commit.digest or not _is_as_written(commit):
        yield _fault(commit, f"提交的登记栏被改过；{_list(held)}")
    elif previous is not None and commit.previous != previous:
        yield _fault(commit, f"和前一号提交接不上；{_list(held)}")


def _check_revisions(commit: Commit, held: list[Revision]) -> Iterator[Fault]:
    leaves, told = [], False
    for position, revision in enumerate(held):
        found = digests.leaf(revision.kind, revision.key, revision.body)
        leaves.append(found)
        if found != bytes(revision.digest):
            told = True
            yield _fault(commit, "内容和存的时候不一样", revision)
        elif revision.position != position:
            told = True
            yield _fault(commit, f"在提交里的位置不对，应是{position}", revision)
    if len(held) != commit.revisions_count:
        told = True
        says = f"存的时候有{commit.revisions_count}条，现在有{len(held)}条；{_list(held)}"
        yield _fault(commit, says)
    if not told and digests.merkle_root(leaves) != commit.merkle_root:
        yield _fault(commit, f"内容的总校验对不上；{_list(held)}")


def _fault(commit: Commit, says: str, revision: Revision | None = None) -> Fault:
    kind, key = (revision.kind, _named(revision)) if revision else ("", "")
    return Fault(commit.stream_id, commit.number, kind, key, says)


def _named(revision: Revision) -> str:
    """The key; and the key that the body itself holds, where the column no longer agrees with it."""
    try:
        inside = json.loads(revision.body).get("id", revision.key)
    except (ValueError, AttributeError):
        return revision.key
    return revision.key if inside == revision.key else f"{revision.key}（内容里写的是 {inside}）"


def _list(held: Sequence[Revision]) -> str:
    if not held:
        return "里面一条也没有"
    more = f"等{len(held)}条" if len(held) > _NAMED else ""
    return f"它存的是 {'、'.join(_named(revision) for revision in held[:_NAMED])}{more}"


def _held(commit: int) -> list[Revision]:
    rows = Revision.objects.filter(commit=commit).order_by("pk")
    return [_as_far_as_readable(pk) for pk in rows.values_list("pk", flat=True)]


def _unreadable_parts(commit: int) -> Iterator[tuple[str, str, str]]:
    """Kind, key and sentence of what cannot be read in a commit: its rows, or itself."""
    held = _held(commit)
    for revision in held:
        try:
            row = Revision.objects.values_list("kind", "key", "body", "position", "digest")
            digests.leaf(*row.get(pk=revision.pk)[:3])
        except _UNREADABLE:
            yield revision.kind, _named(revision), "内容坏了，读不出来"
    yield "", "", f"提交的登记栏或内容坏了，读不出来；{_list(held)}"


def _as_far_as_readable(pk: int) -> Revision:
    kind, key, body = (_text(Revision, column, pk) for column in ("kind", "key", "body"))
    return Revision(pk=pk, kind=kind, key=key, body=body)


def _text(model: type[models.Model], column: str, pk: int) -> str:
    """A damaged column as far as it can be read. Only SQLite keeps text that is no text."""
    row = model._default_manager.filter(pk=pk).order_by("pk")
    if connection.vendor != "sqlite":
        return str(row.values_list(column, flat=True).get())
    raw = row.annotate(raw=Cast(column, models.BinaryField())).values_list("raw", flat=True)
    return bytes(raw.get()).decode(errors="replace")
