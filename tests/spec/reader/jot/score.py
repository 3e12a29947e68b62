"""How many sentences of a file get the right proposal first: the rate, and counts by class.

python -m tests.spec.reader.jot.score FILE        prints no sentence
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from qianxian_reader.jot import Proposal, Reading
from tests.spec.reader.jot._world import packs, raw, read, state_of, world


def cases(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def faults(case: dict[str, Any]) -> list[str]:
    """What is wrong with the first proposal of a sentence; empty where it is right."""
    reading = read(case["said"], case["clerk"]["village"], case["clerk"]["role"])
    if "any_of" in case:
        ways = [list(_faults(reading, one, is_open=True)) for one in case["any_of"]]
        found = min(ways, key=len)
        return [*found, *_unoffered(reading, case.get("offer", []))]
    return list(_faults(reading, case["expect"]))


def _unoffered(reading: Reading, wanted: list[str]) -> list[str]:
    if not wanted or not reading.proposals:
        return []
    first = reading.proposals[0]
    shown = {option.thing for option in first.options}
    missing = [f"not offered: {key}" for key in wanted if key not in shown]
    return [*missing, *(["chosen silently"] if first.chosen else [])]


def _faults(reading: Reading, want: dict[str, Any], *, is_open: bool = False) -> Iterator[str]:
    if want["kind"] == "nothing":
        if reading.proposals:
            first = reading.proposals[0]
            yield f"proposes {first.ledger} {first.step}"
        return
    if not reading.proposals:
        yield f"nothing: {reading.why}"
        return
    first = reading.proposals[0]
    if (first.kind == "step") != (want["kind"] == "step") or first.ledger != want["ledger"]:
        yield f"{first.kind} {first.ledger} {first.step}"
        return
    yield from _of_whom(first, want, is_open=is_open)
    yield from _of_when_and_what(first, want)


def _of_whom(first: Proposal, want: dict[str, Any], *, is_open: bool) -> Iterator[str]:
    options = first.options if is_open and first.chosen is None else [first.chosen]
    things = {option.thing for option in options if option}
    if want["subject"] and want["subject"] not in things:
        yield f"subject {things}"
    if want["kind"] == "step":
        matters = {option.case for option in options if option}
        if want["matter"] not in matters:
            yield f"matter {matters}"
    if want["to"] and state_of(want["ledger"], want["to"]) != first.to:
        yield f"to {first.to}"
    places = {first.place} | {option.place for option in options if option}
    allowed = {want["place"], world().village_of(want["place"])}
    if not places & allowed:
        yield f"place {places}"


def _of_when_and_what(first: Proposal, want: dict[str, Any]) -> Iterator[str]:
    day = first.day.isoformat() if first.day else None
    if day != want["date"]:
        yield f"day {day}"
    values = {k: v for k, v in first.values.items() if k != first.day_field}
    for name, wanted in want["values"].items():
        if name not in values or not _is_same(first.ledger, name, values[name], wanted):
            yield f"{name}={values.get(name)!r}"
    may = {**want.get("may", {}), **want["values"]}
    for name, value in values.items():
        if name not in may:
            yield f"invented {name}={value!r}"
        elif not _is_same(first.ledger, name, value, may[name]):
            yield f"wrong {name}={value!r}"


def _is_same(ledger: str, name: str, value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return set(value) == set(wanted)
    if isinstance(wanted, bool):
        return str(value) == ("是" if wanted else "否")
    if wanted == "head":
        return str(value).startswith("head:")
    try:
        return Decimal(str(value)) == Decimal(str(wanted))
    except InvalidOperation:
        pass
    field = packs().ledgers[ledger].by_name[name]
    if field.type == "text":
        return _norm(str(wanted)) in _norm(str(value))
    return str(value) == str(wanted)


def _norm(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def main(path: Path) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in cases(path):
        total[case["cls"]] += 1
        right[case["cls"]] += not faults(case)
    whole = sum(total.values())
    sys.stdout.write(f"{sum(right.values())}/{whole} = {sum(right.values()) / whole:.1%}\n")
    for cls in sorted(total):
        sys.stdout.write(f"  {cls}: {right[cls]}/{total[cls]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

__all__ = ["cases", "faults", "raw"]
