"""Photos as evidence: of two matters at once, or older than the matter.

Both may be right, as one picture shows two things on one road and a camera's clock is wrong; so
nothing is refused, but it takes a reason, which whoever closes the matter reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from qianxian.core.models import User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import last_bodies
from qianxian.matters.acts import Act
from qianxian.matters.flows import Kind, Need, said
from qianxian.matters.models import Proof
from qianxian.matters.photos import Photo


def keep(photos: Mapping[UUID, Iterable[Photo]]) -> None:
    """Remember of which entry they are evidence. What was taken back keeps its line; see elsewhere."""
    lines = [Proof(entry_id=key, digest=each.digest) for key in photos for each in photos[key]]
    Proof.objects.bulk_create(lines, ignore_conflicts=True)


def elsewhere(digests: Iterable[str], entry: Entry) -> dict[str, set[UUID]]:
    """Digest → other matters that stand on the same picture now."""
    rows = Proof.objects.filter(digest__in=set(digests), entry__deleted=False).exclude(entry=entry)
    told = list(rows.values_list("digest", "entry"))
    last = last_bodies({key for _, key in told}) if told else {}
    found: dict[str, set[UUID]] = defaultdict(set)
    for digest, key in told:
        if digest in last[key].get("evidence", ()):
            found[digest].add(key)
    return dict(found)


def needs(
    photos: Sequence[Photo], entry: Entry, acts: Sequence[Act], reason: str
) -> Iterator[Need]:
    """What about these photos takes a reason.

    Which other matter it is stands on the page, for whoever may see that one.
    """
    if found := elsewhere([photo.digest for photo in photos], entry):
        says = (
            f"有 {len(found)} 张照片已经是另一件的佐证。"
            "一张照片拍到两件事的，写明理由；用错了的，换一张。"
        )
        yield Need(Kind.GUARD, says, met=bool(reason), field="reason")
    began = min(filter(None, (entry.on, acts[0].since.date())))
    if old := [at for at in (photo.taken_at for photo in photos) if at and at.date() < began]:
        says = (
            f"有一张照片拍于 {said(min(old).date(), began)}，"
            f"这一件 {said(began, began)}才有。相机时间不对的，写明理由；用错了的，换一张。"
        )
        yield Need(Kind.GUARD, says, met=bool(reason), field="reason")


def seen_elsewhere(
    digests: Iterable[str], entry: Entry, user: User, on: date
) -> Mapping[str, tuple[Entry | None, ...]]:
    """Digest → the other matters; None stands for those that this reader may not see."""
    found = elsewhere(digests, entry)
    keys = set().union(*found.values())
    seen = Entry.objects.visible_to(user, on).in_bulk(keys) if keys else {}
    return {
        digest: tuple(dict.fromkeys(seen.get(key) for key in sorted(own)))
        for digest, own in found.items()
    }
