"""What is handed to one village on one A4 sheet: what comes first, how far it is, whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

from qianxian.core.models import Holding, Place, Post, User
from qianxian.indicators.light import Light
from qianxian.matters import queries
from qianxian.matters.queries import Waiting
from qianxian.plans.queries import PlanSheet, Share, TaskLine
from qianxian_figures import Period

# How far ahead the first table looks, and how many lines it has: the sheet is one page.
_AHEAD = timedelta(days=30)
_FIRST = 8


@dataclass(frozen=True, slots=True)
class Soon:
    """A line of the first table: until when, what, and who does it."""

    due: date
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class Duty:
    """The village's share of a task. `lacking` is in the unit of the task, None if not known."""

    line: TaskLine
    share: Share

    @property
    def light(self) -> Light:
        return self.share.light

    @property
    def lacking(self) -> Decimal | None:
        value = self.share.figure.value
        return None if value is None else max(self.share.target - value, Decimal(0))


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about some tasks: the post that leads them, and who holds it, A before B."""

    tasks: tuple[str, ...]
    post: Post
    holders: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class DutySheet:
    """The sheet of one village. `more` counts what is due soon and found no line."""

    village: Place
    soon: tuple[Soon, ...]
    more: int
    duties: tuple[Duty, ...]
    contacts: tuple[Contact, ...]


def duty_sheet(shown: PlanSheet, village: Place, *, user: User) -> DutySheet:
    """What the reader may see of one village's duties."""
    duties = tuple(
        Duty(line, share) for line in shown.lines for share in line.shares if share.place == village
    )
    soon = sorted(_soon(village, shown.on, user), key=attrgetter("due"))
    return DutySheet(
        village,
        tuple(soon[:_FIRST]),
        len(soon[_FIRST:]),
        duties,
        tuple(_contacts((duty.line for duty in duties), shown.on)),
    )


def _soon(village: Place, on: date, user: User) -> Iterator[Soon]:
    """Open matters that wait for the village's own posts and are due soon; the month's reporting.

    The sheet hangs on a wall: matters about a household or a person stand on it as a number.
    """
    rows = queries.matters().visible_to(user, on)
    rows = rows.filter(queries.in_states("open"), due_on__lte=on + _AHEAD, post__place=village)
    personal: dict[str, list[Waiting]] = {}
    for entry in rows.select_related("post__office").order_by("due_on", "pk"):
        item = queries.waiting(entry, on)
        if entry.subject_id is not None or entry.definition.profile == "never":
            personal.setdefault(item.flow.id, []).append(item)
        else:
            yield Soon(entry.due_on or on, entry.title, _who(item))
    for items in personal.values():
        first = items[0]
        yield Soon(
            first.entry.due_on or on, f"{first.flow.name} {len(items)} 件，见系统", _who(first)
        )
    month = Period.of(f"{on:%Y-%m}")
    yield Soon(month.end, "本月各本台账报齐；没有的也要报“没有”", "村里报数的人")


def _who(item: Waiting) -> str:
    return item.post.name if item.post else "还没有岗位接"


def _contacts(lines: Iterable[TaskLine], on: date) -> Iterator[Contact]:
    led: dict[Post, list[str]] = {}
    for line in lines:
        if line.task.lead and line.indicator:
            led.setdefault(line.task.lead, []).append(line.indicator.name)
    held = Holding.objects.filter(post__in=led, valid_from__lte=on, is_confirmed=True)
    holders = list(held.exclude(valid_to__lt=on).select_related("user").order_by("rank"))
    for post, tasks in led.items():
        own = tuple(one for one in holders if one.post_id == post.pk)
        yield Contact(tuple(tasks), post, own)
