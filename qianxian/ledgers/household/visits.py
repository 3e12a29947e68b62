"""Visits to a household, newest first, with the problems that each found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qianxian.ledgers.checks import has_ended
from qianxian.ledgers.display import state_badge, state_label
from qianxian.ledgers.household.names import HOME_VISIT, VISIT_PROBLEM
from qianxian.ledgers.household.reading import Home
from qianxian.ledgers.models import Entry

# So many are shown; the list of the ledger has the others.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    entry: Entry
    text: str
    kind: str
    state: str
    badge: str
    is_open: bool
    due_on: date | None
    post: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. `entry` is None for problems that no visit of the list raised."""

    entry: Entry | None
    kind: str
    visitor: str
    found: tuple[str, ...]
    said: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    visits: tuple[Visit, ...]
    total: int
    open_problems: int


def visits_to(home: Home) -> Visits | None:
    """None where the line is not for this reader."""
    if not home.shows(HOME_VISIT):
        return None
    problems = [_problem(row) for row in home.of(VISIT_PROBLEM)]
    rows = home.of(HOME_VISIT)
    shown = rows[:SHOWN]
    found = [_visit(row, _under(row, problems)) for row in shown]
    keys = {row.pk for row in shown}
    # A problem that is still open stands here however long ago the visit was.
    loose = tuple(p for p in problems if p.entry.parent_id not in keys and p.is_open)
    if loose:
        found.append(Visit(None, "", "", (), "", loose))
    return Visits(
        tuple(found), home.recorded[HOME_VISIT].total, sum(problem.is_open for problem in problems)
    )


def _under(visit: Entry, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.entry.parent_id == visit.pk)


def _visit(row: Entry, problems: tuple[Problem, ...]) -> Visit:
    data = row.data
    return Visit(
        row,
        str(data.get("kind", "")),
        str(data.get("visitor", "")),
        tuple(data.get("found") or ()),
        str(data.get("problem", "")),
        problems,
    )


def _problem(row: Entry) -> Problem:
    ledger, is_open = row.definition, not has_ended(row)
    return Problem(
        row,
        str(row.data.get("description", row.title)),
        str(row.data.get("kind", "")),
        state_label(ledger, row.state),
        state_badge(ledger, row.state),
        is_open,
        row.due_on if is_open else None,
        str(row.post) if row.post and is_open else "",
    )
