"""What waits for whom: the inbox, the list of matters, and what is overdue.

An inbox is a few bounded queries whatever its size: one for the counts, one for each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import Duty, duties
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian_packs import Flow, Step

# Groups of the inbox, soonest first: key, what people see.
GROUPS = (("overdue", "已超期"), ("today", "今天到期"), ("week", "一周内"), ("later", "以后"))
# What rose to a post and waits for another.
WATCHED = "watched"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter that waits for a post: what is next, and for whom somebody covers.

    `step` is None where the post is not to take a step but to answer a request for more time.
    `is_watched`: it waits for another post and rose to the reader, who is to see that it is done.
    """

    entry: Entry
    post: Post | None
    flow: Flow
    step: Step | None
    covers: User | None = None
    days_over: int = 0
    is_watched: bool = False

    @property
    def state(self) -> str:
        known = self.flow.states.get(self.entry.state)
        return known.label if known else self.entry.state

    @property
    def stuck(self) -> str:
        """What it is stuck on, without blame: the post and what that post is to do."""
        if self.post is None:
            return "没有岗位接"
        doing = f"等{self.step.label}" if self.step else "等批延期或安排人办"
        return f"{self.post}，{doing}"


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the inbox. `total` counts all of them, `items` holds the first."""

    key: str
    label: str
    total: int
    items: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for a person's posts. Counts are of everything, also what is not listed."""

    groups: tuple[Group, ...]
    by_post: Mapping[str, int]
    by_village: Mapping[str, int]
    duties: tuple[Duty, ...]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def pressing(self) -> int:
        """Overdue, due today and risen: the number beside 今日."""
        return sum(g.total for g in self.groups if g.key in ("overdue", "today", WATCHED))


def _when(key: str, on: date) -> Q:
    """The condition of a group; a matter without a due date comes later than all others."""
    return {
        "overdue": Q(due_on__lt=on),
        "today": Q(due_on=on),
        "week": Q(due_on__gt=on, due_on__lte=on + _WEEK),
        "later": Q(due_on__gt=on + _WEEK) | Q(due_on__isnull=True),
    }[key]


def waiting_for(user: User, held: Iterable[Duty], on: date) -> EntryQuerySet:
    """Open matters of these posts, through the gate, soonest due first."""
    posts = [duty.post.pk for duty in held]
    rows = Entry.objects.visible_to(user, on).open_matters().filter(post__in=posts)
    return rows.order_by(F("due_on").asc(nulls_last=True), "changed_at", "pk")


def inbox(user: User, on: date, *, limit: int = 20) -> Inbox:
    """What waits for the posts that the user answers for today: A always, B while A is away."""
    held = tuple(duties(user, on))
    if not held:
        return Inbox((), {}, {}, ())
    rows = waiting_for(user, held, on)
    totals = rows.order_by().aggregate(**{key: Count("pk", _when(key, on)) for key, _ in GROUPS})
    groups = tuple(
        Group(key, label, totals[key], _listed(rows.filter(_when(key, on)), held, on, limit))
        for key, label in GROUPS
        if totals[key]
    )
    return Inbox(
        (*groups, *_watched(user, held, on, limit)), _by_post(rows), by_village(rows), held
    )


def watched_by(user: User, held: Iterable[Duty], on: date) -> EntryQuerySet:
    """What rose to these posts and waits for others, longest over its time first."""
    posts = [duty.post.pk for duty in held]
    rows = Entry.objects.visible_to(user, on).risen_to(posts)
    # A matter that waits for nobody has risen all the same.
    rows = rows.filter(Q(post__isnull=True) | ~Q(post__in=posts))
    return rows.order_by(F("due_on").asc(nulls_last=True), "changed_at", "pk")


def _watched(user: User, held: Sequence[Duty], on: date, limit: int) -> Iterator[Group]:
    rows = watched_by(user, held, on)
    if total := rows.order_by().count():
        listed = _listed(rows, held, on, limit, is_watched=True)
        yield Group(WATCHED, "督办", total, listed)


def _listed(
    rows: EntryQuerySet, held: Sequence[Duty], on: date, limit: int, *, is_watched: bool = False
) -> tuple[Waiting, ...]:
    covered = {duty.post.pk: duty.covers for duty in held}
    found = rows.select_related("place__parent", "post__office", "subject")[:limit]
    return tuple(
        waiting(entry, on, covers=covered.get(entry.post_id or ""), is_watched=is_watched)
        for entry in found
    )


def waiting(
    entry: Entry, on: date, *, covers: User | None = None, is_watched: bool = False
) -> Waiting:
    """One matter as lists show it. The entry comes with its post; no query."""
    flow = catalogue().flows[entry.definition.flow or ""]
    step = step_of_post(flow, entry)
    over = (on - entry.due_on).days if entry.due_on and entry.due_on < on else 0
    return Waiting(entry, entry.post, flow, step, covers, over, is_watched)


def step_of_post(flow: Flow, entry: Entry) -> Step | None:
    """The step that the post it waits for is to take; None where the post has none to take."""
    steps = [s for s in flow.steps_from(entry.state) if entry.post and s.role == entry.post.duty]
    onward = (step for step in steps if flow.states[step.to].kind != "cancelled")
    return next(onward, steps[0] if steps else None)


def _by_post(rows: EntryQuerySet) -> dict[str, int]:
    return dict(rows.order_by().values_list("post").annotate(Count("pk")).order_by("post"))


def by_village(rows: EntryQuerySet) -> dict[str, int]:
    """Village code → how many; a matter of a group counts in its village. Two queries."""
    counts = dict(rows.order_by().values_list("place").annotate(Count("pk")))
    found: dict[str, int] = {}
    for place in Place.objects.filter(pk__in=counts):
        code = place.parent_id if place.level == Place.Level.GROUP else place.pk
        found[code or place.pk] = found.get(code or place.pk, 0) + counts[place.pk]
    return found


def pressing_count(user: User, on: date) -> int:
    """Overdue, due today and risen to the user's posts: what the rail shows beside 今日."""
    held = duties(user, on)
    if not held:
        return 0
    own = waiting_for(user, held, on).filter(due_on__lte=on).count()
    return own + watched_by(user, held, on).order_by().count()


def matters() -> EntryQuerySet:
    """Every entry of a ledger with a flow, present ones only."""
    ledgers = [ledger.id for ledger in catalogue().ledgers.values() if ledger.flow]
    return Entry.objects.present().filter(ledger__in=ledgers)


def in_states(*kinds: str) -> Q:
    """Matters whose state is of one of these kinds: open, closed, cancelled."""
    conditions = [
        Q(ledger=ledger.id, state__in=_states(catalogue().flows[ledger.flow], kinds))
        for ledger in catalogue().ledgers.values()
        if ledger.flow
    ]
    return reduce(or_, conditions, Q(pk__in=[]))


def _states(flow: Flow, kinds: Sequence[str]) -> list[str]:
    return [name for name, state in flow.states.items() if state.kind in kinds]


def overdue(user: User, on: date, *, limit: int = 200) -> list[Waiting]:
    """For leaders: what is over its time in all that the user sees, longest first."""
    rows = (
        Entry.objects.visible_to(user, on)
        .open_matters()
        .filter(due_on__lt=on)
        .select_related("place__parent", "post__office", "subject")
        .order_by("due_on", "pk")
    )
    return [waiting(entry, on) for entry in rows[:limit]]


def unrouted(user: User, on: date) -> EntryQuerySet:
    """Open matters that wait for no post, because nobody has the duty: seen, lest they be lost."""
    return matters().visible_to(user, on).filter(in_states("open"), post__isnull=True)
