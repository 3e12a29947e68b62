"""Ledgers as Frictionless Table Schema, with the states and steps of their flow."""

from __future__ import annotations

from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.ledgers.values import step_fields
from qianxian.matters.flows import pictures_needed
from qianxian_packs import Field, Flow, Guard, Ledger, Step

_TYPES = {
    "integer": "integer",
    "number": "number",
    "money": "number",
    "area": "number",
    "length": "number",
    "mass": "number",
    "percent": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "multichoice": "array",
}


def ledger_as_json(ledger: Ledger) -> dict[str, Any]:
    return {
        "id": ledger.id,
        "name": ledger.name,
        "line": ledger.line,
        "basis": ledger.basis,
        "is_register": ledger.is_register,
        "place_level": ledger.place,
        "subject": ledger.subject,
        "parents": list(ledger.parents),
        "flow": ledger.flow,
    }


def table_schema(ledger: Ledger) -> dict[str, Any]:
    """The fields of `values`. What Table Schema has no word for stands beside its own words."""
    steps = step_fields(ledger)
    fields = [_field(field, steps.get(field.name, "")) for field in ledger.fields]
    is_plain = ledger.key and all(name in ledger.by_name for name in ledger.key)
    flow = catalogue().flows.get(ledger.flow or "")
    return {
        "name": ledger.id,
        "title": ledger.name,
        "description": ledger.basis,
        "fields": fields,
        "missingValues": [""],
        "foreignKeys": [
            {"fields": [f.name], "reference": {"resource": f.of, "fields": ["id"]}}
            for f in ledger.fields
            if f.type == "entry"
        ],
        "uniqueKeys": [list(ledger.key)] if is_plain else [],
        "ledger": ledger_as_json(ledger),
        "flow": _flow(flow) if flow else None,
    }


def _field(field: Field, step: str) -> dict[str, Any]:
    """`filled_by_step`: given with that step, and refused anywhere else."""
    own = {
        "unit": field.shown_unit,
        "private": field.private,
        "filter": field.filter,
        "filled_by_step": step,
        "kind": field.type,
    }
    if field.type == "multichoice":
        own["choices"] = list(field.choices)
    return {
        "name": field.name,
        "title": field.label,
        "description": field.help,
        "type": _TYPES.get(field.type, "string"),
        "constraints": _constraints(field, step),
        **{name: value for name, value in own.items() if value},
    }


def _constraints(field: Field, step: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    # What a step fills is empty until then, also where it must be there in the end.
    if field.required and not step:
        found["required"] = True
    if field.choices and field.type == "choice":
        found["enum"] = list(field.choices)
    for name, value in (("minimum", field.min), ("maximum", field.max)):
        if value is not None:
            found[name] = f"{value:f}"
    return found


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "name": flow.name,
        "initial": flow.initial,
        "states": [
            {"id": key, "label": state.label, "kind": state.kind}
            for key, state in flow.states.items()
        ],
        "steps": [_step(step) for step in flow.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "label": step.label,
        "from": list(step.from_),
        "to": step.to,
        "role": step.role,
        "fields": list(step.needs),
        "photos": pictures_needed(step),
        "reason": step.reason,
        "differs_from": list(step.differs_from),
        "guards": [_guard(guard) for guard in step.guards],
    }


def _guard(guard: Guard) -> dict[str, Any]:
    basis = {"basis": guard.basis, "confirmed": guard.confirmed} if guard.basis else {}
    return {"says": guard.says, "hard": guard.hard, **basis}
