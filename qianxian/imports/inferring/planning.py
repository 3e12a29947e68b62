"""What a change of a ledger of this site comes to, by stated rules for the entries that are there already.

- A new name or label is only another word: entries, history and figures stay.
- A new field is empty in what is there. Required asks of what is recorded or changed from now on.
- A field is retired, never deleted: what entries hold in it stays in their history.
- A choice that goes needs another in its place; the entries that have it are corrected to that
  one, in the same commit as the definition.
- Type, unit and privacy of a field change only while no entry holds anything in it.
- What a figure counts by does not go while the figure needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.imports.inferring.design import CHOSEN, TYPES, Design, DesignField, with_changes
from qianxian.imports.inferring.faults import DesignFault, faults, privacy_faults
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import last_bodies
from qianxian_packs import Field, Indicator, Ledger

_SLICE = 2_000
# Field → choice that goes → the one that takes its place.
Mapped = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Held:
    """What entries hold: per field how many, per field and choice how many."""

    entries: int
    filled: Mapping[str, int]
    choices: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a change comes to: the new definition, in words, or what stands in the way of it.

    `asked` are choices that go and are still held: field, label, choice, how many entries;
    `moved` says of these, and of no others, what takes their place.
    """

    ledger: Ledger | None
    says: tuple[str, ...] = ()
    faults: tuple[DesignFault, ...] = ()
    asked: tuple[tuple[str, str, str, int], ...] = ()
    moved: Mapped = field(default_factory=dict)

    @property
    def is_possible(self) -> bool:
        return self.ledger is not None


def held_by(ledger: Ledger) -> Held:
    """Counted over the present entries, of every place: a rule holds for all of them."""
    filled: Counter[str] = Counter()
    choices: Counter[tuple[str, str]] = Counter()
    rows = Entry.objects.present().filter(ledger=ledger.id)
    chosen = [f.name for f in ledger.fields if f.type in CHOSEN]
    count = 0
    for data in rows.values_list("data", flat=True).iterator(chunk_size=_SLICE):
        count += 1
        filled.update(data.keys())
        for name in chosen:
            choices.update((name, choice) for choice in _listed(data.get(name)))
    private = [f.name for f in ledger.fields if f.private]
    if private:
        filled.update(_private(rows, private))
    return Held(count, filled, choices)


def _private(rows: Any, names: list[str]) -> Counter[str]:
    """How many entries hold each private field, without opening one."""
    found: Counter[str] = Counter()
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), _SLICE):
        for own in last_bodies(keys[start : start + _SLICE]).values():
            found.update(name for name in own.get("private", {}) if name in names)
    return found


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)


def plan(
    ledger: Ledger, design: Design, *, retired: Iterable[str], mapped: Mapped, held: Held
) -> ChangePlan:
    """What the change would do. `retired` are names of fields that are to go."""
    gone = set(retired)
    kept = replace(design, columns=tuple(c for c in design.columns if c.name not in gone))
    found = [*faults(kept, own=ledger.id), *privacy_faults(kept, None)]
    # Which columns tell date, name and number is settled; retiring one is told below.
    found = [_placed(f, kept, design) for f in found if f.key not in ("date", "title", "key")]
    found += _of_retired(ledger, gone, design)
    found += _of_values(ledger, design, held, gone)
    asked = tuple(_gone_choices(ledger, kept, held))
    found += _of_choices(ledger, kept, asked, mapped, design)
    if found:
        return ChangePlan(None, faults=tuple(found), asked=asked)
    says = tuple(_sentences(ledger, kept, gone, held, asked, mapped))
    return ChangePlan(_new(ledger, kept, gone), says, asked=asked, moved=_only(asked, mapped))


def _only(asked: Iterable[tuple[str, str, str, int]], mapped: Mapped) -> Mapped:
    """A page may still send where a choice was to go that is back among the choices by now."""
    found: dict[str, dict[str, str]] = {}
    for name, _, choice, _ in asked:
        found.setdefault(name, {})[choice] = mapped[name][choice]
    return found


def _placed(fault: DesignFault, kept: Design, design: Design) -> DesignFault:
    """Its column counted among all of them again."""
    if fault.column is None:
        return fault
    name = kept.columns[fault.column].name
    at = next(n for n, column in enumerate(design.columns) if column.name == name)
    return replace(fault, column=at)


def _of_retired(ledger: Ledger, gone: set[str], design: Design) -> Iterator[DesignFault]:
    for n, column in enumerate(design.columns):
        if column.name not in gone:
            continue
        roles = (("日期栏", ledger.date), ("名称栏", *ledger.title), ("编号栏", *ledger.key))
        for words, *names in roles:
            if column.name in names:
                yield DesignFault("retire", f"“{column.label}”是{words}，不能停用。", n)
        for indicator in counting(ledger, column.name):
            says = f"“{indicator.name}”这个数要用“{column.label}”，不能停用。先把那个数改成不用它。"
            yield DesignFault("retire", says, n)


def counting(ledger: Ledger, name: str) -> list[Indicator]:
    """Indicators that need this field of the ledger."""
    return [one for one in counted_from(ledger) if name in _named_by(one)]


def counted_from(ledger: Ledger) -> list[Indicator]:
    return [one for one in catalogue().indicators.values() if one.from_ == ledger.id]


def _named_by(indicator: Indicator) -> set[str]:
    found = {*indicator.by, *(indicator.during or ())}
    found |= {one for one in (indicator.on, indicator.value.field) if one}
    return found | (set(indicator.where.columns) if indicator.where else set())


def _of_values(ledger: Ledger, design: Design, held: Held, gone: set[str]) -> Iterator[DesignFault]:
    """Type, unit, privacy: what entries hold would mean something else."""
    for n, column in enumerate(design.columns):
        old = ledger.by_name.get(column.name)
        count = held.filled.get(column.name, 0)
        if old is None or column.name in gone:
            continue
        changes = [
            ("kind", old.type != column.kind, "类型"),
            ("unit", (old.unit or "") != column.unit, "单位"),
            ("private", old.private != column.private, "是不是隐私"),
        ]
        for key, is_changed, words in changes:
            if is_changed and count:
                says = f"“{old.label}”已经有 {count:,} 条填了，不能改{words}。停用它，另加一栏。"
                yield DesignFault(key, says, n)
            elif is_changed and counting(ledger, column.name):
                name = counting(ledger, column.name)[0].name
                yield DesignFault(key, f"“{name}”这个数要用这一栏，不能改{words}。", n)


def _gone_choices(
    ledger: Ledger, design: Design, held: Held
) -> Iterator[tuple[str, str, str, int]]:
    for old in ledger.fields:
        column = design.by_name(old.name)
        if column is None or old.type not in CHOSEN:
            continue
        for choice in old.choices:
            count = held.choices.get((old.name, choice), 0)
            if choice not in column.choices and count:
                yield old.name, old.label, choice, count


def _of_choices(
    ledger: Ledger,
    kept: Design,
    asked: Sequence[tuple[str, str, str, int]],
    mapped: Mapped,
    design: Design,
) -> Iterator[DesignFault]:
    at = {column.name: n for n, column in enumerate(design.columns)}
    for name, label, choice, count in asked:
        column = kept.by_name(name)
        to = mapped.get(name, {}).get(choice, "")
        if column is None or to not in column.choices:
            says = f"{label}的“{choice}”有 {count:,} 条在用。去掉它，要说并到哪一项。"
            yield DesignFault("choices", says, at[name])
    for indicator in counted_from(ledger):
        for old in ledger.fields:
            column = kept.by_name(old.name)
            if column is None or not indicator.where_text or old.type not in CHOSEN:
                continue
            for choice in old.choices:
                if choice not in column.choices and f"'{choice}'" in indicator.where_text:
                    says = f"“{indicator.name}”这个数只数“{choice}”，不能去掉它。先改那个数。"
                    yield DesignFault("choices", says, at[old.name])


def _new(ledger: Ledger, design: Design, gone: set[str]) -> Ledger:
    """The new definition. What the page does not show stays as it was."""
    fresh = design.ledger(ledger.id)
    retired = [one for one in ledger.retired if one.name not in fresh.by_name]
    retired += [one for one in ledger.fields if one.name in gone]
    return with_changes(
        ledger,
        name=fresh.name,
        basis=fresh.basis,
        fields=tuple(_like(ledger.by_name.get(one.name), one) for one in fresh.fields),
        retired=tuple(retired),
    )


def _like(old: Field | None, fresh: Field) -> Field:
    """A field with what its page does not show: bounds, default, whether it filters."""
    if old is None:
        return fresh
    return fresh.model_copy(
        update={"min": old.min, "max": old.max, "default": old.default, "filter": old.filter}
    )


def _sentences(
    ledger: Ledger,
    design: Design,
    gone: set[str],
    held: Held,
    asked: Sequence[tuple[str, str, str, int]],
    mapped: Mapped,
) -> Iterator[str]:
    if design.name != ledger.name:
        yield f"台账改叫“{design.name}”。"
    for old in ledger.fields:
        if old.name in gone:
            count = held.filled.get(old.name, 0)
            yield f"“{old.label}”停用：以后不填；已经填的 {count:,} 条，历史里都查得到。"
    for column in design.fields:
        yield from _of_column(ledger, column, held)
    for name, label, choice, count in asked:
        yield f"{label}的“{choice}”并入“{mapped[name][choice]}”：{count:,} 条记录一起改过来。"


def _of_column(ledger: Ledger, column: DesignField, held: Held) -> Iterator[str]:
    old = ledger.by_name.get(column.name)
    if old is None:
        was = next((one for one in ledger.retired if one.name == column.name), None)
        words = "恢复" if was else f"加一栏，{TYPES[column.kind]}"
        yield f"“{column.label}”{words}：原来的 {held.entries:,} 条空着，不用补。"
        return
    if old.label != column.label:
        yield f"“{old.label}”改叫“{column.label}”：原来的记录跟着改叫法，数不变。"
    if added := [choice for choice in column.choices if choice not in old.choices]:
        yield f"“{column.label}”加了选项：{'、'.join(added)}。"
    if column.required and not old.required:
        lacking = held.entries - held.filled.get(old.name, 0)
        yield f"“{column.label}”改成必填：只管以后记的和以后改的；现在空着的 {lacking:,} 条不动。"
    if old.required and not column.required:
        yield f"“{column.label}”改成可以不填。"
