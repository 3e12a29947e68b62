"""What waits for whom: the inbox, the list of matters, and what is overdue.

An inbox is a few bounded queries whatever its size: one for the counts, one for each group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import Duty, duties
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.matters.slices import Soonest
from qianxian_packs import Flow, Step

# Groups of the inbox, soonest first: key, what people see.
GROUPS = (("overdue", "已超期"), ("today", "今天到期"), ("week", "一周内"), ("later", "以后"))
# What rose to a post and waits for another.
WATCHED = "watched"
# What a post is asked: to take a matter over, or to ask the person concerned.
OFFERED, ASKED = "offered", "asked"
_WEEK = timedelta(days=7)
_PRESSING = ("overdue", "today", OFFERED, WATCHED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter that waits for a post: what is next, and for whom somebody covers.

    `step` is None where the post is not to take a step but to answer a request for more time.
    `is_watched`: it waits for another post and rose to the reader, who is to see that it is done.
    `asks`: what the reader's post is asked, OFFERED or ASKED.
    """

    entry: Entry
    post: Post | None
    flow: Flow
    step: Step | None
    covers: User | None = None
    days_over: int = 0
    is_watched: bool = False
    asks: str = ""

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
        """Overdue, due today, asked and risen: the number beside 今日."""
        return sum(g.total for g in self.groups if g.key in _PRESSING)


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
    return _own(Entry.objects.visible_to(user, on), held)


def _own(seen: EntryQuerySet, held: Iterable[Duty]) -> EntryQuerySet:
    return _soonest(seen.open_matters().filter(post__in=_codes(held)))


def _codes(held: Iterable[Duty]) -> list[str]:
    return [duty.post.pk for duty in held]


def _soonest(rows: EntryQuerySet) -> EntryQuerySet:
    return rows.order_by(F("due_on").asc(nulls_last=True), "changed_at", "pk")


def inbox(user: User, on: date, *, limit: int = 20) -> Inbox:
    """What waits for the posts that the user answers for today: A always, B while A is away."""
    held = tuple(duties(user, on))
    if not held:
        return Inbox((), {}, {}, ())
    # The gate is asked once for all of it.
    seen = Entry.objects.visible_to(user, on)
    rows = _own(seen, held)
    counts = _counts(rows, on)
    totals = {key: sum(row[key] for row in counts) for key, _ in GROUPS}
    groups = tuple(
        Group(key, label, totals[key], _listed(rows.filter(_when(key, on)), held, on, limit))
        for key, label in GROUPS
        if totals[key]
    )
    asked, watched = _asked(seen, held, on, limit), _watched(seen, held, on, limit)
    by_post, by_place = _summed(counts, "post"), _summed(counts, "place")
    return Inbox((*asked, *groups, *watched), by_post, _in_villages(by_place), held)


def _counts(rows: EntryQuerySet, on: date) -> list[dict[str, Any]]:
    """For each post and place how many in each group, in one pass."""
    told = rows.order_by().values("post", "place")
    counted: Iterable[Any] = told.annotate(
        **{key: Count("post", filter=_when(key, on)) for key, _ in GROUPS}
    )
    return list(counted)


def _summed(counts: Iterable[Mapping[str, Any]], name: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in counts:
        found[row[name]] += sum(row[key] for key, _ in GROUPS)
    return dict(sorted(found.items()))


def _offered(seen: EntryQuerySet, held: Iterable[Duty]) -> EntryQuerySet:
    """Of what these posts are asked something."""
    return _soonest(seen.offered_to(_codes(held)))


# What a post is asked → the heading, and the kind of state in which a matter asks it.
_ASKS = ((OFFERED, "转来等接办", "open"), (ASKED, "等回访", "closed"))


def _asked(seen: EntryQuerySet, held: Sequence[Duty], on: date, limit: int) -> Iterator[Group]:
    rows = _offered(seen, held)
    totals = _kinds(rows)
    for key, label, kind in _ASKS:
        if total := totals[kind]:
            listed = _listed(rows.filter(in_states(kind)), held, on, limit, asks=key)
            yield Group(key, label, total, listed)


def _kinds(rows: EntryQuerySet) -> Counter[str]:
    """How many are open, closed, cancelled. For few rows: their states are told apart here, as a
    condition over the states of every flow takes longer to write than to answer."""
    told = rows.order_by().values_list("ledger", "state")
    return Counter(kind_of(ledger, state) for ledger, state in told)


def watched_by(user: User, held: Iterable[Duty], on: date) -> EntryQuerySet:
    """What rose to these posts and waits for others, longest over its time first."""
    return _risen(Entry.objects.visible_to(user, on), held)


def _risen(seen: EntryQuerySet, held: Iterable[Duty]) -> EntryQuerySet:
    posts = _codes(held)
    # A matter that waits for nobody has risen all the same.
    rows = seen.risen_to(posts).filter(Q(post__isnull=True) | ~Q(post__in=posts))
    return _soonest(rows)


def _watched(seen: EntryQuerySet, held: Sequence[Duty], on: date, limit: int) -> Iterator[Group]:
    rows = _risen(seen, held)
    if total := rows.order_by().count():
        listed = _listed(rows, held, on, limit, is_watched=True)
        yield Group(WATCHED, "督办", total, listed)


def _listed(
    rows: EntryQuerySet,
    held: Sequence[Duty],
    on: date,
    limit: int,
    *,
    is_watched: bool = False,
    asks: str = "",
) -> tuple[Waiting, ...]:
    return tuple(
        waiting(entry, on, held=held, is_watched=is_watched, asks=asks)
        for entry in Soonest(rows)[0:limit]
    )


def waiting(
    entry: Entry,
    on: date,
    *,
    held: Iterable[Duty] = (),
    is_watched: bool = False,
    asks: str = "",
) -> Waiting:
    """One matter as lists show it. The entry comes with its post; no query.

    `held`: the reader's posts; one of them that is held for somebody away says for whom.
    """
    own = entry.offered_id if asks else entry.post_id
    covers = next((duty.covers for duty in held if duty.post.pk == own), None)
    flow = catalogue().flows[entry.definition.flow or ""]
    step = step_of_post(flow, entry)
    over = (on - entry.due_on).days if entry.due_on and entry.due_on < on else 0
    return Waiting(entry, entry.post, flow, step, covers, over, is_watched, asks)


def step_of_post(flow: Flow, entry: Entry) -> Step | None:
    """The step that the post it waits for is to take; None where the post has none to take."""
    steps = [s for s in flow.steps_from(entry.state) if entry.post and s.role == entry.post.duty]
    onward = (step for step in steps if flow.states[step.to].kind != "cancelled")
    return next(onward, steps[0] if steps else None)


def by_village(rows: EntryQuerySet) -> dict[str, int]:
    """Village code → how many; a matter of a group counts in its village. Two queries."""
    return _in_villages(dict(rows.order_by().values_list("place").annotate(number=Count("*"))))


def _in_villages(counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in Place.objects.filter(pk__in=counts):
        code = place.parent_id if place.level == Place.Level.GROUP else place.pk
        found[code or place.pk] = found.get(code or place.pk, 0) + counts[place.pk]
    return found


def pressing_count(user: User, on: date) -> int:
    """Overdue, due today, asked and risen to the user's posts: what the rail shows beside 今日."""
    held = duties(user, on)
    if not held:
        return 0
    seen = Entry.objects.visible_to(user, on)
    own = _own(seen, held).filter(due_on__lte=on).order_by().count()
    asked = _kinds(_offered(seen, held))["open"]
    return own + asked + _risen(seen, held).order_by().count()


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


def kind_of(ledger: str, state: str) -> str:
    """open, closed or cancelled; a state that the flow lost is open."""
    flow = catalogue().flows[catalogue().ledgers[ledger].flow or ""]
    known = flow.states.get(state)
    return known.kind if known else "open"


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
