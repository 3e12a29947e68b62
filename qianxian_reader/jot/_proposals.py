"""From a candidate to a proposal: of whom, where, when, with which values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from qianxian_packs import Field, Flow, Ledger
from qianxian_reader.jot._candidates import Candidate, has_open
from qianxian_reader.jot._days import Day
from qianxian_reader.jot._lexicon import Word
from qianxian_reader.jot._model import Option, Proposal
from qianxian_reader.jot._names import Named
from qianxian_reader.jot._scene import Scene
from qianxian_reader.jot._values import Filled, fill, left_over

_NUMBERS = ("integer", "number", "money", "mass", "length", "area", "percent")


def proposal_of(scene: Scene, same: list[Candidate], village: str) -> Proposal:
    """One proposal of candidates that differ in the matter only, best first."""
    first = same[0]
    options = _step_options(scene, same) if first.step else _entry_options(scene, first)
    chosen = _chosen(scene, first, options)
    place = _place(scene, first, chosen, village)
    made = Proposal(
        kind="step" if first.step else "entry",
        ledger=first.ledger.id,
        step=first.step_id,
        to=_target_state(scene, first),
        options=options,
        chosen=chosen,
        place=place,
        score=first.score,
    )
    return _with_values(scene, first, made, village)


def _target_state(scene: Scene, first: Candidate) -> str:
    if first.step:
        return first.step.to
    flow = scene.catalogue.flows.get(first.ledger.flow or "")
    return flow.initial if flow else ""


# ---- of whom


def _step_options(scene: Scene, same: list[Candidate]) -> tuple[Option, ...]:
    found: dict[str, tuple[tuple[float, ...], Option]] = {}
    for one in same:
        case = one.case
        if case is None or case.id in found:
            continue
        thing = _thing_of(scene, one)
        option = Option(thing, case.id, case.place, one.blocked)
        far = 0.0 if _is_here(scene, case.place) else 1.0
        found[case.id] = ((far, float(one.blocked), -one.score), option)
    return tuple(option for _rank, option in sorted(found.values(), key=lambda pair: pair[0]))


def _thing_of(scene: Scene, one: Candidate) -> str:
    assert one.case is not None  # noqa: S101  asked of steps only
    if one.named:
        for key in one.named.things:
            thing = scene.world.things[key]
            if key in one.case.things:
                return key
            if thing.home in one.case.things:
                return thing.home
    return one.case.things[0] if one.case.things else ""


def _entry_options(scene: Scene, one: Candidate) -> tuple[Option, ...]:
    if one.named is None:
        return ()
    every = [scene.world.things[key] for key in one.named.things]
    # What is open already is not opened again.
    things = [t for t in every if not has_open(scene, one.ledger, t.id)] or every
    near = sorted(things, key=lambda t: (not _is_here(scene, t.place), t.place, t.id))
    return tuple(Option(thing.id, "", thing.place) for thing in near)


def _is_here(scene: Scene, place: str) -> bool:
    """Within the group or village that was named, else in the clerk's own village."""
    groups = [g.code for g in scene.names.groups if g.code]
    if groups:
        return place in groups
    named = {w.code for w in scene.names.where}
    if named:
        return scene.world.village_of(place) in named
    own = scene.clerk.village
    return not own or scene.world.village_of(place) == own


def _chosen(scene: Scene, one: Candidate, options: tuple[Option, ...]) -> Option | None:
    """The one that fits best, only where no second fits as well."""
    here = [option for option in options if _is_here(scene, option.place)] or list(options)
    if len(options) == 1:
        return options[0]
    # A matter is told from another of the same thing by what it is about.
    if one.step and len({option.thing for option in here}) == 1 and here:
        return here[0]
    return here[0] if len(here) == 1 else None


# ---- where


def _place(scene: Scene, one: Candidate, chosen: Option | None, village: str) -> str:
    if chosen and one.step:
        return chosen.place
    if chosen and one.ledger.subject:
        return _fitting_place(scene, one.ledger, chosen.place)
    if chosen:
        return chosen.place
    groups = [g.code for g in scene.names.groups if g.code]
    if groups and (not village or scene.world.village_of(groups[0]) == village):
        return groups[0]
    return village


def _fitting_place(scene: Scene, ledger: Ledger, place: str) -> str:
    return scene.world.village_of(place) if ledger.place == "village" else place


# ---- when and what


def _with_values(scene: Scene, one: Candidate, made: Proposal, village: str) -> Proposal:
    ledger = one.ledger
    fields = _step_fields(scene, one) if one.step else entry_fields(scene, ledger)
    filled = fill(scene, ledger, fields, _used_words(scene), village)
    day, is_doubtful = _day(scene, village)
    made = _dated(scene, one, made, fields, filled, day)
    if is_doubtful:
        filled.doubts[made.day_field] = "是农历还是公历，请点准哪一天。"
    _point_to(scene, one, made, filled)
    reason = _reason(scene, one, filled)
    return replace(made, values=filled.values, doubts=filled.doubts, reason=reason)


def _used_words(scene: Scene) -> list[Word]:
    acting = {"act", "step", "aspect"}
    return [w for w in scene.words if any(t.sort in acting for t in w.targets)]


def _reason(scene: Scene, one: Candidate, filled: Filled) -> str:
    step = one.step
    if step is None or not (step.reason or _is_cancelling(scene, one)):
        return ""
    used = [(w.start, w.end) for w in one.words]
    return left_over(scene, [*used, *filled.spans])


def _is_cancelling(scene: Scene, one: Candidate) -> bool:
    flow = scene.catalogue.flows[one.ledger.flow or ""]
    return one.step is not None and flow.states[one.step.to].kind == "cancelled"


def _day(scene: Scene, village: str) -> tuple[date | None, bool]:
    """The first day that is no last day and not to come; True where it has to be asked.

    Where several villages are named with days of their own, the one behind the village counts.
    """
    said = [d for d in scene.days if d.role != "deadline" and not _is_ahead(scene, d)]
    own = [d for d in said if _behind(scene, d.start) == village]
    for day in own or said:
        return day.on, day.role == "asked"
    return None, False


def _is_ahead(scene: Scene, day: Day) -> bool:
    return day.on is not None and day.on > scene.today


def _behind(scene: Scene, position: int) -> str:
    """The village that was named last before this position."""
    before = [where.code for where in scene.names.where if where.end <= position]
    return before[-1] if before else ""


def _dated(
    scene: Scene,
    one: Candidate,
    made: Proposal,
    fields: list[Field],
    filled: Filled,
    day: date | None,
) -> Proposal:
    flow = scene.catalogue.flows.get(one.ledger.flow or "")
    untils = untils_of(flow)
    dates = [f.name for f in fields if f.type == "date"]
    due = next((d.on for d in scene.days if d.role == "deadline" and d.on), None)
    for name in dates:
        if name in untils and due:
            filled.values[name] = due.isoformat()
    main = _main_date(one.ledger, [name for name in dates if name not in untils])
    if main and day:
        filled.values[main] = day.isoformat()
    return replace(made, day=day, day_field=main)


def _main_date(ledger: Ledger, dates: list[str]) -> str:
    if ledger.date in dates:
        return str(ledger.date)
    return dates[0] if dates else ""


def untils_of(flow: Flow | None) -> frozenset[str]:
    """Fields that name the last day of a clock."""
    return frozenset(c.until for c in flow.clocks if c.until) if flow else frozenset()


def entry_fields(scene: Scene, ledger: Ledger) -> list[Field]:
    """What a new entry asks for: fields that no step of its flow fills; nothing private."""
    flow = scene.catalogue.flows.get(ledger.flow or "")
    stepped = {name for s in flow.steps for name in (*s.needs, *s.sets)} if flow else set()
    return [f for f in ledger.fields if f.name not in stepped and not f.private]


def _step_fields(scene: Scene, one: Candidate) -> list[Field]:
    """What the step needs, and numbers that no step owns where they were said."""
    assert one.step is not None  # noqa: S101  asked of steps only
    free = [f for f in entry_fields(scene, one.ledger) if f.type in _NUMBERS]
    own = [one.ledger.by_name[name] for name in one.step.needs]
    return [f for f in (*own, *free) if not f.private]


def _point_to(scene: Scene, one: Candidate, made: Proposal, filled: Filled) -> None:
    """Fields that choose from a register: the premises of a hazard, the person of a tie."""
    if one.step:
        return
    for field in one.ledger.fields:
        if field.type != "entry" or not field.of:
            continue
        if not one.ledger.subject and made.chosen:
            thing = scene.world.things[made.chosen.thing]
            if thing.register == field.of:
                filled.values[field.name] = thing.id
        elif one.ledger.subject and (person := _person(scene, field.of, made)):
            # Who is of this household already does not join it.
            joins = one.ledger.span and not _ends(one.ledger, filled.values)
            if not (
                joins
                and scene.world.things[person].home == (made.chosen.thing if made.chosen else "")
            ):
                filled.values[field.name] = person


def _person(scene: Scene, register: str, made: Proposal) -> str:
    """The one person that was named, or the one who is related so to the one named."""
    homes = {made.chosen.thing} if made.chosen else set()
    for group in (scene.names.kin, scene.names.named):
        for named in group:
            fitting = _people(scene, named, register, homes)
            if len(fitting) == 1:
                return fitting[0]
        if group:
            # A relation was said and nobody, or more than one, has it: then it is asked.
            return ""
    return ""


def _people(scene: Scene, named: Named, register: str, homes: set[str]) -> list[str]:
    things = (scene.world.things[key] for key in named.things)
    return [t.id for t in things if t.register == register and (not homes or t.home in homes)]


def end_of_span(scene: Scene, made: Proposal) -> Proposal:
    """Where a dated tie is ended (somebody left a household), the standing one gets its last day."""
    ledger = scene.catalogue.ledgers[made.ledger]
    if ledger.span is None or not _ends(ledger, made.values):
        return made
    values = dict(made.values)
    for name in (ledger.span.from_,):
        if name in values:
            values[ledger.span.to] = values.pop(name)
    return replace(made, kind="end", values=values, day_field=ledger.span.to)


def _ends(ledger: Ledger, values: Mapping[str, Any]) -> bool:
    """A choice that only counts with the last day was said: 离户原因."""
    assert ledger.span is not None  # noqa: S101  asked of ledgers with a span only
    to = ledger.span.to
    tied = {
        name
        for check in ledger.checks
        if to in check.require.columns
        for name in check.require.columns
        if name not in (to, ledger.span.from_)
    }
    return any(name in values for name in tied)


def group_same(found: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates of one ledger and step together, in the order of their best."""
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for one in found:
        groups.setdefault((one.ledger.id, one.step_id), []).append(one)
    return list(groups.values())
