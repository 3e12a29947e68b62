"""What would stand before a step that a row asks for. The step itself decides again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qianxian.core.models import Post, User
from qianxian.imports.workbooks.layout import flow_of
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import filling, flows, routing
from qianxian.matters.acts import Act, acts_of, position_of
from qianxian.matters.flows import Attempt, Kind, Need
from qianxian_packs import Flow, Step


@dataclass(frozen=True)
class Asked:
    """A step that a row asks for. `changed` are values that the same row puts right beside it."""

    entry: Entry
    step: Step
    given: Mapping[str, Any]
    reason: str
    changed: Mapping[str, Any]
    by: User
    on: date


def acts_since(entry: Entry, step: Step, head: int) -> list[Act]:
    """When this step was taken after the workbook went out: then it is not asked for again."""
    return [a for a in acts_of(entry) if a.stands and a.step == step.id and a.number > head]


def post_to_act_in(by: User, step: Step, entry: Entry, on: date) -> Post | None:
    """The post in which the person takes the step; where they hold none, the one whose it is, so
    that the step itself says so."""
    own = routing.posts_to_act_in(by, step, entry.place, on)
    return next(iter([*own, *routing.posts_for(step.role, entry.place)]), None)


def obstacles(asked: Asked) -> list[tuple[str, str]]:
    """(name of the field, sentence) of all that stands in the way; "" is the step as a whole."""
    flow = flow_of(asked.entry.definition)
    if flow is None:
        return [("", "这本台账没有步骤。")]
    if says := flows.refusal(flow, asked.step.id, asked.entry.state):
        return [("", says)]
    try:
        parsed = entry_values.parse_fields(asked.entry.definition, asked.given)
    except InvalidEntry as error:
        return [*error.errors.items(), *_photos(asked.step)]
    return [*_needs(flow, asked, parsed), *_photos(asked.step)]


def _photos(step: Step) -> Iterator[tuple[str, str]]:
    if wanted := flows.pictures_needed(step):
        says = f"“{step.label}”要 {wanted} 张照片，表里带不了。请打开这一件，拍了照再办这一步。"
        yield "", says


def _needs(flow: Flow, asked: Asked, parsed: Mapping[str, Any]) -> list[tuple[str, str]]:
    entry, step, ledger = asked.entry, asked.step, asked.entry.definition
    position = position_of(entry, acts_of(entry))
    known = {**asked.changed, **_sets(step, parsed, asked.on), **parsed}
    attempt = Attempt(
        on=asked.on,
        values=known,
        # Asked for apart: they cannot come with a sheet.
        photos=flows.pictures_needed(step),
        reason=asked.reason,
        people=frozenset({asked.by.username}),
        holds=bool(routing.posts_to_act_in(asked.by, step, entry.place, asked.on)),
        posts=routing.names_of(routing.posts_for(step.role, entry.place)),
        calendar=routing.calendar(),
    )
    unmet = flows.lacks(flows.needs(flow, step, ledger, position, attempt))
    if shut := _shut(unmet):
        return [("", "".join(need.text for need in shut))]
    stale = filling.stale(flow, step, position)
    untrue = entry_values.failed_checks(
        ledger,
        {**dict.fromkeys(position.values), **position.values, **known, **dict.fromkeys(stale)},
    )
    lacking = {need.field: f"{need.text.removesuffix('。')}。" for need in unmet}
    return list({**untrue, **_ahead(asked, parsed), **lacking}.items())


def _shut(unmet: Sequence[Need]) -> list[Need]:
    """Guards are asked only of values that are all there, as the step itself does."""
    complete = not any(need.kind is Kind.FIELD for need in unmet)
    return [n for n in unmet if n.shut and (complete or n.kind is not Kind.GUARD)]


def _sets(step: Step, parsed: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {name: parsed.get(name) or on for name, text in step.sets.items() if text == "today"}


def _ahead(asked: Asked, parsed: Mapping[str, Any]) -> dict[str, str]:
    """The business date says when it was done."""
    ledger, name = asked.entry.definition, asked.entry.definition.date or ""
    day = parsed.get(name)
    if not isinstance(day, date) or day <= asked.on:
        return {}
    told = flows.said(day, asked.on)
    return {name: f"{ledger.by_name[name].label}写成了 {told}，还没到。请改日期。"}
