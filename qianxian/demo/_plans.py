"""The plans of both years, and last year's report that this year's plan was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.demo._report import report_text
from qianxian.demo._world import World
from qianxian.indicators.models import Target
from qianxian.indicators.queries import Reading
from qianxian.ledgers.models import Entry
from qianxian.plans.models import Plan, Task
from qianxian.plans.services import (
    accept_task,
    plan_for,
    share_by_households,
    split_target,
)
from qianxian.reports.services import accept_tasks, read_report
from qianxian.reports.services.sources import Taken
from qianxian.reports.stored import load_document
from qianxian.reports.tasks import Proposal, proposals
from qianxian_figures import Period

# Work outdoors: little in the cold months, most from March to October.
_CURVE = (
    "0.01",
    "0.03",
    "0.08",
    "0.16",
    "0.27",
    "0.39",
    "0.51",
    "0.63",
    "0.75",
    "0.86",
    "0.95",
    "1",
)
CURVE = tuple(Decimal(share) for share in _CURVE)


@dataclass(frozen=True, slots=True)
class _Routine:
    """Work of every year that no report promises: so many times each entry of a ledger."""

    indicator: str
    words: str
    ledger: str
    times: Decimal
    lead: str


def _routines(world: World) -> tuple[_Routine, ...]:
    visits = Decimal(4 if world.scale.visited else 1)
    return (
        _Routine("home_visits", "入户走访{}户次", "household", visits, "revitalisation"),
        _Routine("inspections", "安全检查{}家次", "premises", Decimal("1.4"), "safety"),
        _Routine("reservoir_patrols", "水库山塘巡查{}次", "reservoir", Decimal(54), "safety"),
    )


def targets(world: World) -> dict[str, int]:
    """Targets of both years for the size of this township."""
    first, second = world.scale.planned
    return {
        "toilets_renovated": first,
        "next_toilets_renovated": second,
        "next_cleanup_activities": world.scale.cleanups,
    }


def plan_both_years(world: World) -> None:
    first, second = world.first.year, world.first.year + 1
    world.diary.on(date(first, 1, 9), lambda at: _plan_first_year(world, at))
    world.diary.on(date(second, 1, 5), lambda at: _read_last_report(world, at))
    day = world.merged_on + timedelta(days=1)
    world.diary.on(day, lambda at: _share_again(world, at))


def _plan_first_year(world: World, at: datetime) -> None:
    by, place = world.person("compiler_a"), world.township.place
    plan = plan_for(
        place=place, period=Period.year(world.first.year), by=by, at=at, post="compiler"
    )
    task = accept_task(
        plan=plan,
        text=f"改（新）建农村户用厕所{targets(world)['toilets_renovated']}户",
        by=by,
        at=at,
        indicator_id="toilets_renovated",
        value=Decimal(targets(world)["toilets_renovated"]),
        lead=world.township.posts["line-head"],
        post="compiler",
    )
    _split(world, task, world.person("head"), at + timedelta(minutes=30))


def _split(world: World, task: Task, by: User, at: datetime) -> None:
    places = [village.place for village in world.township.standing]
    whole = Target.objects.of(task.indicator, task.plan.period).get(place=task.plan.place)
    split_target(
        task=task,
        shares=share_by_households(whole.value, places),
        by=by,
        at=at,
        curve=CURVE if task.indicator == "toilets_renovated" else (),
        post="line-head",
    )


def _read_last_report(world: World, at: datetime) -> None:
    """The report of the year that is over goes in; its tasks become the new year's plan."""
    town, period = world.township.place, Period.year(world.first.year)
    by = world.person("compiler_a")
    text = report_text(
        town, world.township.villages[0].place, period, Reading.of(town), targets(world)
    )
    source = read_report(
        data=text.encode("gb18030"),
        name=f"{town}{period.label()}工作总结（印发稿）.txt",
        place=town,
        by=by,
        at=at,
        period=period,
        post="compiler",
    )
    found = proposals(load_document(source.reading), catalogue())
    taken = {one.number: _taken(world, one) for one in found}
    later = at + timedelta(minutes=40)
    accept_tasks(source=source, taken=taken, by=by, at=later, post="compiler")
    plan = Plan.objects.get(place=town, start=date(period.start.year + 1, 1, 1))
    for task in plan.tasks.exclude(indicator=""):
        _split(world, task, world.person("head"), later + timedelta(minutes=20))
    for routine in _routines(world):
        _plan_routine(world, plan, routine, later + timedelta(minutes=30))


def _plan_routine(world: World, plan: Plan, routine: _Routine, at: datetime) -> None:
    """Each village has as much of it as it has of what is visited, inspected or patrolled."""
    by, shares = world.person("head"), dict[Place, Decimal]()
    for village in world.township.standing:
        entries = Entry.objects.present().filter(ledger=routine.ledger)
        count = entries.filter(place__path__startswith=village.place.path).count()
        if count:
            shares[village.place] = Decimal(round(count * routine.times))
    whole = sum(shares.values(), Decimal(0))
    task = accept_task(
        plan=plan,
        text=routine.words.format(whole),
        by=by,
        at=at,
        indicator_id=routine.indicator,
        value=whole,
        lead=world.township.posts[routine.lead],
        post="line-head",
    )
    split_target(task=task, shares=shares, by=by, at=at, post="line-head")


def _taken(world: World, one: Proposal) -> Taken:
    lead = world.township.posts["line-head" if one.indicator else "deputy"]
    value = one.value if one.is_matched else None
    return Taken(one.text, one.indicator, value, lead, one.due_on)


def _share_again(world: World, at: datetime) -> None:
    """After the merger the successor takes over what the merged village had still to do."""
    plan = Plan.objects.get(place=world.township.place, start=date(world.merged_on.year, 1, 1))
    for task in plan.tasks.exclude(indicator=""):
        _pass_on(world, task, at)


def _pass_on(world: World, task: Task, at: datetime) -> None:
    town, start = world.township, task.plan.start
    rows = Target.objects.filter(
        indicator=task.indicator, start=start, place__level="village"
    ).select_related("place")
    shares = {row.place: row.value for row in rows}
    if town.merged.place not in shares:
        return
    period = Period(start, world.merged_on - timedelta(days=1))
    done = Reading.of(town.place).figures([task.indicator], [town.merged.place.code], [period])
    left = min(done[0].value or Decimal(0), shares[town.merged.place])
    open_share = shares[town.merged.place] - left
    shares[town.successor.place] = shares.get(town.successor.place, Decimal(0)) + open_share
    shares[town.merged.place] = left
    split_target(task=task, shares=shares, by=world.person("head"), at=at, post="line-head")
