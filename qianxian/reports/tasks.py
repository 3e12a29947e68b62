"""The tasks of a reading as proposals for a plan: which indicator, which value, until when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qianxian.indicators.printing import printed
from qianxian_figures import Period, Status, canonical
from qianxian_packs import Catalogue
from qianxian_reader import Document, ReportKind, Role, Task


@dataclass(frozen=True, slots=True)
class Proposal:
    """One task as it would go into the plan. `indicator` is "" where none measures it."""

    number: int
    task: Task
    text: str
    indicator: str
    value: Decimal | None
    unit: str
    due_on: date | None

    @property
    def is_matched(self) -> bool:
        """Whether it can go into the plan without a further question."""
        return bool(self.indicator) and self.value is not None


def proposals(document: Document, catalogue: Catalogue) -> tuple[Proposal, ...]:
    """A proposal for each task. Of several for one indicator only the first is measured by it."""
    out: list[Proposal] = []
    used: set[str] = set()
    for number, task in enumerate(document.tasks):
        indicator = _indicator(document, task, catalogue)
        if indicator in used:
            indicator = ""
        used.add(indicator)
        due = date.fromisoformat(task.due) if task.due else None
        out.append(Proposal(number, task, _text(task), indicator, task.value, task.unit, due))
    return tuple(out)


def _text(task: Task) -> str:
    if task.value is None or not task.measure:
        return task.text
    return f"{task.measure}{printed(task.value, task.unit).text}"


def _indicator(document: Document, task: Task, catalogue: Catalogue) -> str:
    """The indicator of the planned figure that the task was made of, if it may have a target."""
    if task.value is None:
        return ""
    for one in document.figures:
        found = one.figure
        indicator = catalogue.indicators.get(found.indicator or "")
        if (
            indicator is not None
            and indicator.target == "allowed"
            and one.span.line == task.line
            and (found.measure, found.value) == (task.measure, task.value)
            and found.status is Status.PLAN
            and not found.place
            and canonical(found.unit) == canonical(indicator.unit)
        ):
            return indicator.id
    return ""


def plan_period(document: Document, told: Period) -> Period:
    """The period that the plan part of a report is for.

    The year that its heading names; else the half-year or the year after the one reported; a
    report that is all plan is for its own period. Where a person said that it tells of another
    year than it prints, the plan moves along.
    """
    if document.kind is ReportKind.PLAN:
        return told
    if str(told).endswith("-H1"):
        return Period.of(f"{told.start.year}-H2")
    years = [s.year for s in document.sections if s.role is Role.PLAN and s.year]
    moved = told.end.year - (document.year or told.end.year)
    return Period.year(years[0] + moved if years else told.end.year + 1)
