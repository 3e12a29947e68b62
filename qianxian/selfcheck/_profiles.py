"""How many entries of which shape make the records say what a report says. Pure.

An entry of a ledger with a flow may stop at any state on the way to its end; each stop adds to
some indicators and not to others. So the entries are chosen by what they add.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations, product
from typing import Any

from qianxian.matters.flows import is_open, main_step
from qianxian.selfcheck._values import value_for
from qianxian_packs import Catalogue, Expression, Flow, Guard, Indicator, Ledger, Step

# So many indicators of one ledger are tried in every order; of more the first order is taken.
_ORDERS = 5
_LONGEST = 30
# So many days lie between two steps of an entry.
STEP_DAYS = 7
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A shape of entries: the steps that they take, and choices that they must have."""

    ledger: str
    steps: tuple[Step, ...]
    state: str
    choices: tuple[tuple[str, Any], ...] = ()

    @property
    def id(self) -> str:
        return f"{self.ledger}/{self.state}/{self.choices}"


@dataclass(frozen=True, slots=True)
class Mix:
    """Profiles with how many entries of each, and the indicators that could not be reached."""

    counts: Mapping[Profile, int]
    missed: Mapping[str, str]


def profiles(ledger: Ledger, catalogue: Catalogue) -> list[Profile]:
    """Every shape that may matter to an indicator of the ledger, the furthest first."""
    stops: list[tuple[tuple[Step, ...], str]] = [((), "")]
    if ledger.flow:
        stops = list(_stops(catalogue.flows[ledger.flow]))
    choices = list(_choices(ledger, catalogue))
    found = (
        Profile(ledger.id, s, state, chosen) for s, state in reversed(stops) for chosen in choices
    )
    return [profile for profile in found if _can_be_made(profile, ledger)]


def _can_be_made(profile: Profile, ledger: Ledger) -> bool:
    """Whether guards and checks let made-up values pass. Of what hangs on a matter, and of days
    that must have gone by, nothing is made up: such steps are not walked."""
    row: dict[str, Any] = dict(profile.choices)
    for n, step in enumerate(profile.steps):
        day = _ANY_DAY + timedelta(days=STEP_DAYS * n)
        for name in step.needs:
            field = ledger.by_name[name]
            row.setdefault(name, field.parse(value_for(field, day, n)))
        if not all(_holds(guard, ledger, row) for guard in step.guards):
            return False
    return not any(check.failed(row) for check in ledger.checks)


def _holds(guard: Guard, ledger: Ledger, row: Mapping[str, Any]) -> bool:
    if guard.require is None:
        return False
    return Expression.parse(guard.require, ledger.columns).evaluate(row) is True


def _stops(flow: Flow) -> Iterator[tuple[tuple[Step, ...], str]]:
    state = flow.initial
    path: list[Step] = []
    yield (), state
    while is_open(flow, state) and len(path) < _LONGEST:
        step = main_step(flow, state)
        if step is None or any(step.id == taken.id for taken in path):
            return
        path.append(step)
        state = step.to
        yield tuple(path), state


def _choices(ledger: Ledger, catalogue: Catalogue) -> Iterator[tuple[tuple[str, Any], ...]]:
    """Values of the choice fields that filters ask for."""
    asked = {
        name
        for one in catalogue.indicators.values()
        if one.from_ == ledger.id and one.where is not None
        for name in one.where.columns
        if name in ledger.by_name
    }
    options = []
    for name in sorted(asked):
        field = ledger.by_name[name]
        kinds = {"choice": field.choices, "boolean": (True, False)}.get(field.type, ())
        options.append([(name, value) for value in kinds])
    yield from (tuple(chosen) for chosen in product(*(o for o in options if o)))


def adds(indicator: Indicator, profile: Profile, ledger: Ledger) -> bool | None:
    """Whether an entry of this shape counts one for the indicator; None: cannot be told so."""
    if indicator.from_ != ledger.id:
        return False
    filled = _filled(profile, ledger)
    row: dict[str, Any] = {**dict.fromkeys(ledger.columns), **dict(profile.choices)}
    row["state"] = profile.state or None
    if indicator.where is not None and indicator.where.evaluate(row) is not True:
        return False
    if indicator.kind == "stock" and indicator.during:
        begins, ends = indicator.during
        is_in = begins in filled and ends not in filled
    else:
        is_in = (indicator.on or ledger.date or "") in filled or indicator.kind == "stock"
    if not is_in:
        return False
    # Every entry here is about another subject, so subjects count as entries do.
    how = (indicator.value.kind, indicator.value.field)
    return True if how in (("count", None), ("distinct", "subject")) else None


def _filled(profile: Profile, ledger: Ledger) -> set[str]:
    """The date fields that an entry of this shape has."""
    own = {f.name for f in ledger.fields if f.required or f.name == ledger.date}
    if not ledger.flow:
        return own
    return {name for step in profile.steps for name in (*step.needs, *step.sets)}


def mix(wanted: Mapping[str, Decimal], ledger: Ledger, catalogue: Catalogue) -> Mix:
    """Entries that give these values, or as many of them as go together."""
    shapes = profiles(ledger, catalogue)
    orders: Iterable[tuple[str, ...]] = [tuple(wanted)]
    if len(wanted) <= _ORDERS:
        orders = permutations(wanted)
    found = (_try(order, wanted, shapes, ledger, catalogue) for order in orders)
    return min(found, key=lambda one: (len(one.missed), sum(one.counts.values())))


def _try(
    order: tuple[str, ...],
    wanted: Mapping[str, Decimal],
    shapes: list[Profile],
    ledger: Ledger,
    catalogue: Catalogue,
) -> Mix:
    counts: dict[Profile, int] = {}
    missed: dict[str, str] = {}
    fixed: list[str] = []
    for name in order:
        gives = {s: {n: adds(catalogue.indicators[n], s, ledger) for n in wanted} for s in shapes}
        have = sum(count for shape, count in counts.items() if gives[shape][name])
        lacking = int(wanted[name]) - have
        shape = _fitting(name, gives, fixed) if lacking > 0 else None
        if lacking < 0 or (lacking and shape is None):
            missed[name] = "和同一台账的别的数连在一起，凑不出"
            continue
        if shape is not None:
            counts[shape] = counts.get(shape, 0) + lacking
        fixed.append(name)
    return Mix(counts, missed)


def _fitting(
    name: str, gives: Mapping[Profile, Mapping[str, bool | None]], fixed: list[str]
) -> Profile | None:
    """A shape that counts for the indicator and leaves those that are right already alone."""
    for shape, given in gives.items():
        if given[name] is True and not any(given[other] is not False for other in fixed):
            return shape
    return None
