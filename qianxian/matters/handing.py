"""What a post hands over with it: its open matters, soonest due first."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from qianxian.core.models import Post, User
from qianxian.core.people.book import Line, Section
from qianxian.ledgers.models import Entry
from qianxian.matters.queries import waiting
from qianxian.matters.rows import where

_LISTED = 200


def matters_of_post(post: Post, reader: User, on: date) -> Section:
    """Open matters that this reader may see; none are left out of the total."""
    rows = Entry.objects.visible_to(reader, on).present().filter(_of(post))
    found = rows.select_related(
        "place__parent", "post__office", "offered__office", "subject"
    ).order_by(F("due_on").asc(nulls_last=True), "changed_at", "pk")
    items = [waiting(entry, on) for entry in found[:_LISTED]]
    lines = tuple(
        Line(
            what=f"{item.entry.title}（{where(item.entry.place)}，{item.flow.name}）",
            url=reverse("matters:matter", args=[item.entry.pk]),
            due=item.entry.due_on,
            state=item.state,
            is_late=item.days_over > 0,
        )
        for item in items
    )
    counts = Counter(item.state for item in items)
    return Section(
        "没办完的事项",
        lines,
        total=rows.count(),
        counts=tuple(counts.most_common()),
        none="没有挂着的事项。",
    )


def open_count(post: Post, on: date) -> int:
    """Whenever it is due, an open matter keeps its post from being closed; also what it is asked."""
    return Entry.objects.present().filter(_of(post)).count()


def _of(post: Post) -> Q:
    return Q(post=post) | Q(offered=post)
