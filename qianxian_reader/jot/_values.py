"""From the words of a sentence to the raw values of a form. Only what is said is filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qianxian_figures import canonical, is_count
from qianxian_packs import Field, FieldInvalid, Ledger
from qianxian_reader.jot._amounts import Amount, in_unit
from qianxian_reader.jot._lexicon import Word
from qianxian_reader.jot._says import says
from qianxian_reader.jot._scene import Scene, strip_filler
from qianxian_reader.jot._text import Clause

_NUMBERS = ("integer", "number", "money", "mass", "length", "area", "percent")


@dataclass
class Filled:
    """Values by field, what is doubtful about them, and the runs of the sentence they came from."""

    values: dict[str, Any] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)


def fill(
    scene: Scene, ledger: Ledger, fields: Iterable[Field], own: Iterable[Word], village: str
) -> Filled:
    """Values of these fields. `own` are the words that spoke for the proposal itself."""
    filled = Filled()
    listed = list(fields)
    for one in listed:
        if one.type in ("choice", "boolean"):
            _choice(scene, ledger, one, filled)
        elif one.type == "multichoice":
            _choices(scene, ledger, one, filled)
        elif one.type in _NUMBERS:
            _number(scene, ledger, one, filled, village)
    used = [*filled.spans, *((w.start, w.end) for w in own if not w.gap)]
    used += [span for word in own if word.gap for span in _ends(word)]
    for one in listed:
        if one.type == "text":
            _text(scene, ledger, one, filled, used)
    return filled


def _ends(word: Word) -> list[tuple[int, int]]:
    assert word.gap is not None  # noqa: S101  asked of gapped words only
    return [(word.start, word.gap[0]), (word.gap[1], word.end)]


def _said(scene: Scene, key: str) -> Iterator[tuple[Word, str]]:
    for word in scene.words:
        if word in scene.denied:
            continue
        for target in word.targets:
            if target.sort == "choice" and target.key == key:
                yield word, target.value


def _choice(scene: Scene, ledger: Ledger, one: Field, filled: Filled) -> None:
    """The longest word decides; the first of two as long."""
    found = list(_said(scene, f"{ledger.id}.{one.name}"))
    if not found:
        return
    # The name of the choice itself is surest, then the longest word, then the first.
    rank = {pair: (pair[0].text == pair[1], pair[0].size, -pair[0].start) for pair in found}
    word, value = max(found, key=lambda pair: rank[pair])
    filled.values[one.name] = value
    if word.text == value:
        filled.spans.append((word.start, word.end))


def _choices(scene: Scene, ledger: Ledger, one: Field, filled: Filled) -> None:
    said = _said(scene, f"{ledger.id}.{one.name}")
    found = {value for word, value in said if not _is_fine(scene, word)}
    if found:
        filled.values[one.name] = [choice for choice in one.choices if choice in found]


def _is_fine(scene: Scene, word: Word) -> bool:
    """收入还可以: what is named is well."""
    behind = scene.text[word.end : scene.clause_of(word.start).end]
    return any(fine in behind for fine in says().mood["fine"])


# ---- numbers


def _number(scene: Scene, ledger: Ledger, one: Field, filled: Filled, village: str) -> None:
    spec = says().numbers.get(f"{ledger.id}.{one.name}", {})
    if not spec and not one.shown_unit:
        return
    if any(word in scene.text for word in spec.get("none", ())):
        filled.values[one.name] = "0"
        return
    for amount in scene.amounts:
        value = _fitting(scene, one, spec, amount)
        if value is None or not _of_village(scene, amount, village):
            continue
        if amount.is_about:
            told = scene.text[amount.start : amount.end]
            filled.doubts[one.name] = f"“{told}”是约数，请填准数。"
            continue
        if _in_range(one, value):
            filled.values[one.name] = _written(value)
            filled.doubts.pop(one.name, None)
            filled.spans.append((amount.start, amount.end))
            return


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _fitting(scene: Scene, one: Field, spec: Mapping[str, Any], amount: Amount) -> Decimal | None:
    """The value in the field's unit where the amount may be meant for it."""
    clause = scene.clause_of(amount.start)
    near = scene.text[max(clause.start, amount.start - 10) : min(clause.end, amount.end + 10)]
    if any(word in near for word in spec.get("against", ())):
        return None
    beside = spec.get("beside", ())
    if beside and not any(word in near for word in beside):
        return None
    if amount.unit in spec.get("units", ()):
        return amount.value
    if not amount.unit:
        return amount.value if beside or (spec.get("money") and amount.value >= 50) else None
    if beside and spec.get("money") and canonical(amount.unit) == "元":
        return amount.value
    if not one.shown_unit or is_count(one.shown_unit):
        return None
    return in_unit(amount, one.shown_unit)


def _of_village(scene: Scene, amount: Amount, village: str) -> bool:
    """Where several villages are named, a number is of the one named before it."""
    codes = {where.code for where in scene.names.where}
    if len(codes) < 2 or not village:
        return True
    before = [where.code for where in scene.names.where if where.end <= amount.start]
    return not before or before[-1] == village


def _in_range(one: Field, value: Decimal) -> bool:
    try:
        one.parse(_written(value))
    except FieldInvalid:
        return False
    return True


# ---- texts


def _text(
    scene: Scene, ledger: Ledger, one: Field, filled: Filled, used: list[tuple[int, int]]
) -> None:
    key = f"{ledger.id}.{one.name}"
    spec = says().texts.get(key)
    if spec is None or _is_left_empty(spec, filled):
        return
    if "ends" in spec:
        found = _ending(scene, spec["ends"].split())
    elif "of" in spec:
        found = _holding(scene, f"{ledger.id}.{spec['of']}", spec.get("value"))
    else:
        eaten = _said(scene, f"{ledger.id}.{spec['eats']}") if "eats" in spec else ()
        base = filled.spans if spec.get("keeps") == "act" else used
        least = int(spec.get("least", 2))
        found = left_over(scene, [*base, *((w.start, w.end) for w, _value in eaten)], least)
    if found:
        filled.values[one.name] = found


def _is_left_empty(spec: Mapping[str, Any], filled: Filled) -> bool:
    if any(filled.values.get(name) == value for name, value in spec.get("unless", {}).items()):
        return True
    if "of" in spec and spec["of"] not in filled.values:
        return True
    return "value" in spec and filled.values.get(spec["of"]) != spec["value"]


def _ending(scene: Scene, endings: list[str]) -> str:
    for clause in scene.clauses:
        for ending in endings:
            at = clause.text.find(ending)
            if at >= 0:
                whole = clause.text[max(at - _LONGEST_NAME, 0) : at + len(ending)]
                return strip_front(whole)
    return ""


_LONGEST_NAME = 6
_FRONT = ("是", "请了", "请", "由", "找了", "找", "叫了", "叫", "让", "的", "包给", "给")


def strip_front(text: str) -> str:
    for start in _FRONT:
        at = text.rfind(start)
        if 0 <= at < len(text) - 4:
            return text[at + len(start) :]
    return text


def _holding(scene: Scene, key: str, value: str | None) -> str:
    """The clauses that hold a word of another field."""
    kept = []
    for clause in scene.clauses:
        words = [w for w, v in _said(scene, key) if value in (None, v)]
        if value is None:
            words = [word for word in words if not _is_fine(scene, word)]
        if any(clause.start <= word.start < clause.end for word in words):
            kept.append(_trimmed(scene, clause))
    return "，".join(part for part in kept if part)


def left_over(scene: Scene, used: list[tuple[int, int]], least: int = 2) -> str:
    """The clauses that say more than what was read otherwise."""
    known = [*used, *scene.names.spans(), *((d.start, d.end) for d in scene.days)]
    kept = []
    for clause in scene.clauses:
        rest = "".join(
            char
            for at, char in enumerate(clause.text, clause.start)
            if not any(start <= at < end for start, end in known)
        )
        if len(strip_filler(rest)) >= least:
            kept.append(_trimmed(scene, clause))
    return "，".join(part for part in kept if part)


def _trimmed(scene: Scene, clause: Clause) -> str:
    """A clause without the name and the day that it begins with."""
    start = clause.start
    known = sorted([*scene.names.spans(), *((d.start, d.end) for d in scene.days)])
    for first, last in known:
        between = scene.text[start:first] if first >= start else ""
        if clause.start <= first < clause.end and len(strip_filler(between)) == 0:
            start = max(start, min(last, clause.end))
    text = scene.text[start : clause.end]
    for small in ("家里的", "家里", "家的", "屋里的", "屋里", "家", "的", "那个", "那", "里"):
        if start > clause.start and text.startswith(small):
            return text.removeprefix(small)
    return text
