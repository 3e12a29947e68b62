"""What the page of a household says about its monitoring: where it stands, what is still shut,
what the rule says next, until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.parts import Happening, Need
from qianxian.ledgers.blocks import Block
from qianxian.ledgers.household.reading import Home
from qianxian.matters import flows
from qianxian.matters.acts import Act
from qianxian.matters.flows import Attempt, Kind
from qianxian.matters.page import MatterPage
from qianxian_packs import Step


def monitoring_panels(home: Home) -> Iterable[Block]:
    """Nothing where the household is not monitored, or not for this reader to see."""
    matter = home.monitoring
    if matter is None or not matter.definition.flow:
        return
    page = MatterPage(matter, home.reader.user, home.reader.now)
    step = flows.main_step(page.flow, matter.state) if page.is_open else None
    context: dict[str, Any] = {"matter": page, "step": step, "course": _course(page, step)}
    if step:
        context |= {
            "needs": _needs(page, step),
            "blanks": _blanks(page, step),
            "role": catalogue().roles.get(step.role, ""),
        }
    yield Block("matters/household_next.html", context, place="main")
    yield Block("matters/household_clock.html", {"matter": page}, place="side")


def _needs(page: MatterPage, step: Step) -> list[Need]:
    """What stands before the step, the hard guards first. Its fields are told apart, in one line."""
    attempt = Attempt(page.on, calendar=page.calendar)
    found = flows.needs(page.flow, step, page.ledger, page.position, attempt)
    told = [Need(need.text, _word(need)) for need in found if need.kind is not Kind.FIELD]
    return sorted(told, key=lambda need: ("stop", "lack", "have").index(need.state))


def _blanks(page: MatterPage, step: Step) -> list[str]:
    """Labels of what whoever takes the step fills in, and nobody has yet."""
    return [page.ledger.by_name[n].label for n in step.needs if n not in page.position.filled]


def _word(need: flows.Need) -> str:
    return "have" if need.met else "stop" if need.shut else "lack"


def _course(page: MatterPage, step: Step | None) -> list[Happening]:
    """The steps of this episode by the days that they are about, where it stands, what follows."""
    acts = [act for act in page.acts if act.stands and _is_of(page, act)]
    done = [
        Happening(page.flow.step_by_id[act.step].label, _day_of(page, act))
        for act in acts
        if act.step in page.flow.step_by_id
    ]
    source = page.entry.data.get("source", "")
    first = page.flow.states[page.flow.initial].label
    begun = Happening(f"{first}：{source}" if source else first, page.entry.on)
    here = Happening(page.state, state="now") if page.is_open else None
    after = Happening(step.label, state="next") if step else None
    return [knot for knot in (begun, *done, here, after) if knot]


def _is_of(page: MatterPage, act: Act) -> bool:
    return bool(act.body.get("episode", 1) == page.entry.episode)


def _day_of(page: MatterPage, act: Act) -> date:
    """The day that the step was filled in with; it is often recorded later."""
    data = act.body.get("data", {})
    fields = (page.ledger.by_name[name] for name in page.flow.step_by_id[act.step].needs)
    days = (field.from_json(data.get(field.name)) for field in fields if field.type == "date")
    return max((day for day in days if isinstance(day, date)), default=act.at.date())
