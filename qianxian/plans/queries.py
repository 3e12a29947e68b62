"""Plans with their figures: how far each task is, by village, with its light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties, villages
from qianxian.indicators.light import Colour, Light, light
from qianxian.indicators.models import Target
from qianxian.indicators.queries import Reading
from qianxian.plans.models import Plan, Task
from qianxian_figures import Figure, Period
from qianxian_packs import Indicator


@dataclass(frozen=True, slots=True)
class Share:
    """What one place is to do of a task, and how far it is."""

    place: Place
    figure: Figure
    target: Decimal
    light: Light


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with its whole and its shares. `whole` is None where no indicator measures it."""

    task: Task
    indicator: Indicator | None
    whole: Share | None
    shares: tuple[Share, ...]

    def share_of(self, place: Place) -> Share | None:
        return next((share for share in self.shares if share.place == place), None)

    @property
    def colour(self) -> Colour:
        return self.whole.light.colour if self.whole else Colour.GREY


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A plan as its page shows it, with everything as of one commit."""

    plan: Plan
    lines: tuple[TaskLine, ...]
    on: date
    as_of: int

    @property
    def measured(self) -> list[TaskLine]:
        """Tasks that villages have a share of."""
        return [line for line in self.lines if line.shares]

    def counts(self) -> list[tuple[Colour, int]]:
        """Colour and how many tasks have it, in the order of the page."""
        found = [line.colour for line in self.lines]
        return [(colour, found.count(colour)) for colour in Colour]


def plan_of(place: Place, on: date) -> Plan | None:
    """The plan of a place that runs on a day; the shorter one where two do."""
    rows = Plan.objects.filter(place=place, start__lte=on, end__gte=on)
    return min(rows, key=lambda p: p.end - p.start, default=None)


def sheet(plan: Plan, reading: Reading, on: date, *, user: User) -> PlanSheet:
    """Every task of a plan with the figures and lights that the user may see.

    One computation for the whole plan; what may be seen is chosen afterwards, so that nobody's
    rights change a sum.
    """
    reach = gate.reaches(user, Permission.FIGURE_VIEW, on)
    day = min(max(on, plan.start), plan.end)
    tasks = list(plan.tasks.filter(is_dropped=False).select_related("lead__office"))
    ids = [t.indicator for t in tasks if t.indicator in reading.catalogue.indicators]
    places = [plan.place, *villages(plan.place, day)]
    figures = reading.figures(ids, [p.code for p in places], [Period(plan.start, day)])
    targets = _targets(plan, ids)
    shares = {
        indicator: _shares(places, figures[n * len(places) : (n + 1) * len(places)], targets, day)
        for n, indicator in enumerate(ids)
    }
    lines = tuple(_line(t, reading, _seen(shares, t, reach), plan) for t in tasks)
    return PlanSheet(plan, lines, day, reading.as_of)


def _seen(shares: dict[str, list[Share]], task: Task, reach: Sequence[gate.Reach]) -> list[Share]:
    return [
        share
        for share in shares.get(task.indicator, [])
        if any(r.covers(task.line, share.place.path) for r in reach)
    ]


def _targets(plan: Plan, indicators: Sequence[str]) -> dict[tuple[str, str], Target]:
    rows = Target.objects.filter(indicator__in=indicators, start=plan.start, end=plan.end)
    return {(row.indicator, row.place_id): row for row in rows}


def _shares(
    places: Sequence[Place],
    figures: Sequence[Figure],
    targets: dict[tuple[str, str], Target],
    on: date,
) -> list[Share]:
    found = []
    for place, figure in zip(places, figures, strict=True):
        target = targets.get((figure.indicator or "", place.code))
        if target is not None:
            found.append(_share(place, figure, target, on))
    return found


def _share(place: Place, figure: Figure, target: Target, on: date) -> Share:
    shown = light(
        value=figure.value,
        target=target.value,
        period=target.period,
        on=on,
        curve=[Decimal(share) for share in target.curve],
    )
    return Share(place, figure, target.value, shown)


def _line(task: Task, reading: Reading, shares: list[Share], plan: Plan) -> TaskLine:
    whole = next((s for s in shares if s.place.pk == plan.place_id), None)
    parts = tuple(s for s in shares if s.place.pk != plan.place_id)
    return TaskLine(task, reading.catalogue.indicators.get(task.indicator), whole, parts)


def my_shares(user: User, found: PlanSheet) -> list[tuple[TaskLine, Share]]:
    """What of a plan is the user's: tasks that a post of theirs leads, else their places' shares."""
    held = [duty.post for duty in duties(user, found.on)]
    leads = {post.pk for post in held}
    places = {post.place_id for post in held}
    mine: list[tuple[TaskLine, Share]] = []
    for line in found.lines:
        own = [s for s in line.shares if s.place.pk in places]
        if line.whole and (line.task.lead_id in leads or line.whole.place.pk in places):
            mine.append((line, line.whole))
        else:
            mine += [(line, share) for share in own]
    return mine
