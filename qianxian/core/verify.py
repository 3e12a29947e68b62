"""Walking the commit streams and naming whatever does not fit its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from qianxian.core import digests
from qianxian.core.commits import header_fields
from qianxian.core.models import Commit, Revision, Stream


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


def verify(stream: Stream) -> Iterator[Fault]:
    """Check every commit of a stream from the first to the head. Reads one commit at a time."""
    previous, expected = "", 1
    for commit in stream.commits.order_by("number").iterator():
        if commit.number is None:
            yield Fault(stream.pk, None, "", "", f"内部号{commit.pk}的提交没有提交号")
            continue
        if commit.number != expected:
            yield Fault(stream.pk, commit.number, "", "", f"提交号不连续，应是第{expected}号")
        yield from _check_header(stream, commit, previous)
        yield from _check_revisions(stream, commit)
        previous, expected = commit.digest, commit.number + 1
    if (stream.head_number, stream.head_digest) != (expected - 1, previous):
        yield Fault(
            stream.pk, stream.head_number, "", "", f"流的头对不上，最后一号提交是第{expected - 1}号"
        )


def _check_header(stream: Stream, commit: Commit, previous: str) -> Iterator[Fault]:
    if digests.header(header_fields(commit)) != commit.digest:
        keys = "、".join(_named(r) for r in commit.revisions.order_by("position")[:3])
        yield Fault(stream.pk, commit.number, "", "", f"提交的登记栏被改过；它存的是 {keys}")
    elif commit.previous != previous:
        yield Fault(stream.pk, commit.number, "", "", "和前一号提交接不上")


def _check_revisions(stream: Stream, commit: Commit) -> Iterator[Fault]:
    revisions = list(commit.revisions.order_by("position"))
    leaves, told = [], False
    for position, revision in enumerate(revisions):
        found = digests.leaf(revision.kind, revision.key, revision.body)
        leaves.append(found)
        if found != bytes(revision.digest):
            told = True
            yield _fault(stream, commit, revision, "内容和存的时候不一样")
        elif revision.position != position:
            told = True
            yield _fault(stream, commit, revision, f"在提交里的位置不对，应是{position}")
    if len(revisions) != commit.revisions_count:
        told = True
        says = f"存的时候有{commit.revisions_count}条，现在有{len(revisions)}条"
        yield Fault(stream.pk, commit.number, "", "", says)
    if not told and digests.merkle_root(leaves) != commit.merkle_root:
        keys = "、".join(_named(r) for r in revisions[:3])
        yield Fault(stream.pk, commit.number, "", "", f"内容的总校验对不上；它存的是 {keys}")


def _fault(stream: Stream, commit: Commit, revision: Revision, says: str) -> Fault:
    return Fault(stream.pk, commit.number, revision.kind, _named(revision), says)


def _named(revision: Revision) -> str:
    """The key; and the key that the body itself holds, where the column no longer agrees with it."""
    try:
        inside = json.loads(revision.body).get("id", revision.key)
    except (ValueError, AttributeError):
        return revision.key
    return revision.key if inside == revision.key else f"{revision.key}（内容里写的是 {inside}）"
