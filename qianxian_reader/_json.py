"""A document as plain data, after the contract: one object a file, figures in text order."""

from __future__ import annotations

from decimal import Decimal

from qianxian_reader._document import Document, Finding, Repair, ReportFigure, Section, Task
from qianxian_reader._followup import Commitment


def to_json(document: Document) -> dict[str, object]:
    """The document as plain data; numbers are plain numbers, an unknown place or period is ""."""
    return {
        "file": document.file,
        "title": document.title,
        "place": document.place,
        "year": document.year,
        "kind": document.kind.value,
        "repairs": [_repair(one) for one in document.repairs],
        "sections": [_section(one) for one in document.sections],
        "figures": [_figure(one) for one in document.figures],
        "tasks": [_task(one) for one in document.tasks],
        "problems": [{"line": one.line, "text": one.text} for one in document.problems],
        "findings": [_finding(one) for one in document.findings],
    }


def _number(value: Decimal) -> int | float:
    """Whole numbers without a point; the rest as the nearest float, which prints the same digits."""
    return int(value) if value == value.to_integral() else float(value)


def _repair(one: Repair) -> dict[str, object]:
    return {
        "kind": one.kind,
        "count": one.count,
        "example": one.example,
        "repaired": one.is_repaired,
    }


def _section(one: Section) -> dict[str, object]:
    return {
        "id": one.id,
        "level": one.level,
        "heading": one.heading,
        "role": one.role.value,
        "lines": [one.first, one.last],
    }


def _task(one: Task) -> dict[str, object]:
    return {
        "line": one.line,
        "text": one.text,
        "measure": one.measure,
        "value": None if one.value is None else _number(one.value),
        "unit": one.unit,
        "due": one.due,
    }


def _figure(one: ReportFigure) -> dict[str, object]:
    figure, span = one.figure, one.span
    out: dict[str, object] = {
        "line": span.line,
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "value": _number(one.value),
    }
    if figure.high is not None:
        out["high"] = _number(figure.high)
    return out | {
        "unit": figure.unit,
        "bound": figure.bound.value,
        "measure": figure.measure,
        "indicator": figure.indicator,
        "kind": figure.kind.value,
        "status": figure.status.value,
        "place": figure.place,
        "period": str(figure.period) if figure.period else "",
        "part_of": one.part_of,
        "section": one.section,
    }


def commitment_json(one: Commitment) -> dict[str, object]:
    """A task of an earlier report and what became of it."""
    return {
        "task": _task(one.task),
        "outcome": one.outcome.value,
        "line": one.figure.span.line
        if one.figure
        else one.statement.line
        if one.statement
        else None,
        "message": one.message,
    }


def _finding(one: Finding) -> dict[str, object]:
    out: dict[str, object] = {
        "code": one.code.value,
        "rule": one.rule,
        "severity": one.severity.value,
        "lines": list(one.lines),
        "quote": one.quote,
        "message": one.message,
    }
    if one.correction is not None:
        out["correction"] = one.correction
    return out
