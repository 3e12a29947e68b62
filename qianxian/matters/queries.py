"""What waits for whom: the inbox, the list of matters, and what is overdue.

An inbox is a few bounded queries whatever its size: one for each count and one for each group,
asked again only when a matter was saved, and one for the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import Duty, duties
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.reached import Reached, entries_in, reached
from qianxian.matters.flows import is_asked
from qianxian.matters.keeping import kept, prepared
from qianxian.matters.slices import Soonest, entries_of
from qianxian_packs import Flow, Step

# Groups of the inbox, soonest first: key, what people see.
GROUPS = (("overdue", "已超期"), ("today", "今天到期"), ("week", "一周内"), ("later", "以后"))
GROUP_KEYS = tuple(key for key, _label in GROUPS)
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
        return f"{self.post}，{self.doing}" if self.post else "没有岗位接"

    @property
    def doing(self) -> str:
        if is_asked(self.flow, self.entry.state, self.entry.offered_id):
            return "等回访"
        return f"等{self.step.label}" if self.step else "等批延期或安排人办"


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


def _codes(held: Iterable[Duty]) -> list[str]:
    return [duty.post.pk for duty in held]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose matters are asked for, by values: posts, the day, and what the gate opens."""

    posts: tuple[str, ...]
    on: date
    reach: tuple[Reached, ...]

    @classmethod
    def of(cls, user: User, held: Iterable[Duty], on: date) -> Self:
        return cls(tuple(_codes(held)), on, reached(user, on))

    def all(self) -> EntryQuerySet:
        """Every matter in reach, present ones only."""
        return matters(entries_in(self.reach))

    def own(self) -> EntryQuerySet:
        """Open matters of these posts."""
        return entries_in(self.reach).open_matters().filter(post__in=self.posts)

    def offered(self) -> EntryQuerySet:
        """Of what these posts are asked something."""
        return entries_in(self.reach).offered_to(self.posts)

    def risen(self) -> EntryQuerySet:
        """What rose to these posts and waits for others, or for nobody."""
        rows = entries_in(self.reach).risen_to(self.posts)
        return rows.filter(Q(post__isnull=True) | ~Q(post__in=self.posts))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are: for each post and place in each group, asked of each kind, risen."""

    own: tuple[Mapping[str, Any], ...]
    asked: Mapping[str, int]
    risen: int

    def total(self, *keys: str) -> int:
        return sum(row[key] for row in self.own for key in keys)

    def by(self, name: str) -> dict[str, int]:
        found: Counter[str] = Counter()
        for row in self.own:
            found[row[name]] += sum(row[key] for key in GROUP_KEYS)
        return dict(sorted(found.items()))


def tally(asked: Asked) -> Tally:
    return kept(("tally", asked), lambda: _tally(asked))


def _tally(asked: Asked) -> Tally:
    own = prepared(("own", asked), lambda: _grouped(asked)).rows()
    keys = ("post", "place", *GROUP_KEYS)
    offered = prepared(("offered", asked), lambda: asked.offered().values_list("ledger", "state"))
    return Tally(
        tuple(dict(zip(keys, row, strict=True)) for row in own),
        # For few rows: their states are told apart here, as a condition over the states of every
        # flow takes longer to write than to answer.
        Counter(kind_of(ledger, state) for ledger, state in offered.rows()),
        asked.risen().count(),
    )


def _grouped(asked: Asked) -> QuerySet[Entry, Any]:
    counts = {key: Count("post", filter=_when(key, asked.on)) for key in GROUP_KEYS}
    return asked.own().values_list("post", "place").annotate(**counts)


# What a post is asked → the heading, and the kind of state in which a matter asks it.
_ASKS = ((OFFERED, "转来等接办", "open"), (ASKED, "等回访", "closed"))


def _parts(asked: Asked) -> Iterator[tuple[str, str, int, Callable[[], EntryQuerySet]]]:
    """Key, heading, number and rows of each group of an inbox."""
    told = tally(asked)
    for key, label, kind in _ASKS:
        yield key, label, told.asked.get(kind, 0), _asking(asked, kind)
    for key, label in GROUPS:
        yield key, label, told.total(key), _due(asked, key)
    yield WATCHED, "督办", told.risen, asked.risen


def _asking(asked: Asked, kind: str) -> Callable[[], EntryQuerySet]:
    return lambda: asked.offered().filter(in_states(kind))


def _due(asked: Asked, key: str) -> Callable[[], EntryQuerySet]:
    return lambda: asked.own().filter(_when(key, asked.on))


def inbox(user: User, on: date, *, limit: int = 20) -> Inbox:
    """What waits for the posts that the user answers for today: A always, B while A is away."""
    held = tuple(duties(user, on))
    if not held:
        return Inbox((), {}, {}, ())
    asked = Asked.of(user, held, on)
    parts = [part for part in _parts(asked) if part[2]]
    keys = [Soonest(rows, (key, asked)).keys(0, limit) for key, _, _, rows in parts]
    entries = entries_of(chain.from_iterable(keys), {duty.post.pk: duty.post for duty in held})
    groups = (
        Group(key, label, total, _listed(key, [entries[k] for k in own if k in entries], held, on))
        for (key, label, total, _), own in zip(parts, keys, strict=True)
    )
    told = tally(asked)
    return Inbox(tuple(groups), told.by("post"), _in_villages(told.by("place")), held)


def _listed(
    key: str, entries: Iterable[Entry], held: Sequence[Duty], on: date
) -> tuple[Waiting, ...]:
    asks = key if key in (OFFERED, ASKED) else ""
    is_watched = key == WATCHED
    return tuple(waiting(e, on, held=held, is_watched=is_watched, asks=asks) for e in entries)


def waiting(
    entry: Entry,
    on: date,
    *,
    held: Iterable[Duty] = (),
    is_watched: bool = False,
    asks: str = "",
) -> Waiting:
    """One matter as lists show it. The entry comes with its posts; no query.

    `held`: the reader's posts; one of them that is held for somebody away says for whom.
    """
    own = entry.offered_id if asks else entry.post_id
    covers = next((duty.covers for duty in held if duty.post.pk == own), None)
    flow = catalogue().flows[entry.definition.flow or ""]
    step = step_of_post(flow, entry)
    over = (on - entry.due_on).days if entry.due_on and entry.due_on < on else 0
    is_left = not asks and is_asked(flow, entry.state, entry.offered_id)
    post = entry.offered if is_left else entry.post
    return Waiting(entry, post, flow, step, covers, over, is_watched, asks)


def step_of_post(flow: Flow, entry: Entry) -> Step | None:
    """The step that the post it waits for is to take; None where the post has none to take."""
    steps = [s for s in flow.steps_from(entry.state) if entry.post and s.role == entry.post.duty]
    onward = (step for step in steps if flow.states[step.to].kind != "cancelled")
    return next(onward, steps[0] if steps else None)


def _in_villages(counts: Mapping[str, int]) -> dict[str, int]:
    """Village code → how many; a matter of a group counts in its village."""
    villages = {
        place.code: place.parent_id
        for place in gate.places().values()
        if place.level == Place.Level.GROUP
    }
    found: Counter[str] = Counter()
    for code, number in counts.items():
        found[villages.get(code) or code] += number
    return dict(found)


def pressing_count(user: User, on: date) -> int:
    """Overdue, due today, asked and risen to the user's posts: what the rail shows beside 今日."""
    held = duties(user, on)
    if not held:
        return 0
    told = tally(Asked.of(user, held, on))
    return told.total("overdue", "today") + told.asked.get("open", 0) + told.risen


def matters(seen: EntryQuerySet | None = None) -> EntryQuerySet:
    """Every entry of a ledger with a flow, present ones only; of what is seen, where that is told."""
    ledgers = [ledger.id for ledger in catalogue().ledgers.values() if ledger.flow]
    rows = Entry.objects.all() if seen is None else seen
    return rows.present().filter(ledger__in=ledgers)


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
        .present()
        .filter(Q(post__isnull=False) | Q(offered__isnull=False), due_on__lt=on)
        .select_related("place__parent", "post__office", "offered__office", "subject")
        .order_by("due_on", "pk")
    )
    return [waiting(entry, on) for entry in rows[:limit]]


def unrouted(user: User, on: date) -> EntryQuerySet:
    """Open matters that wait for no post, because nobody has the duty: seen, lest they be lost."""
    return matters().visible_to(user, on).filter(in_states("open"), post__isnull=True)
