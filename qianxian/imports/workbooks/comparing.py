"""Rows of stored entries: what went out, what stands now, what came back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from qianxian.core import gate
from qianxian.core.models import Place, Revision, User
from qianxian.core.permissions import Permission
from qianxian.imports.rows import Reader
from qianxian.imports.workbooks import foreseeing
from qianxian.imports.workbooks.cells import is_empty, value_of_cell
from qianxian.imports.workbooks.diff import Fault, FieldDiff, Kind, RowDiff, StepWish
from qianxian.imports.workbooks.layout import (
    GROUP,
    KEY,
    NOW,
    REASON,
    STEP,
    Column,
    Layout,
    Shown,
    alike,
    cell_of,
)
from qianxian.imports.workbooks.models import Workbook
from qianxian.imports.workbooks.reading import BackRow
from qianxian.ledgers import values
from qianxian.ledgers.attestation import Locks
from qianxian.ledgers.display import Names, words_of
from qianxian.ledgers.history import versions
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import Told
from qianxian_packs import Field, Step

_SLICE = 500
PLACE = "place"


@dataclass(frozen=True)
class Base:
    """An entry as it went out."""

    data: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None
    state: str = ""


def bases_of(workbook: Workbook, entries: Sequence[Entry]) -> dict[UUID, Mapping[str, Any]]:
    """The body of each entry at the time of sending; of one that came later, its first."""
    found: dict[UUID, Mapping[str, Any]] = {}
    keys = [entry.pk.hex for entry in entries]
    for start in range(0, len(keys), _SLICE):
        rows = Revision.objects.filter(
            kind=Revision.Kind.ENTRY, key__in=keys[start : start + _SLICE]
        ).order_by("commit__number", "position")
        for key, number, body in rows.values_list("key", "commit__number", "body"):
            entry = UUID(key)
            if entry not in found or (number or 0) <= workbook.head:
                found[entry] = json.loads(body)
    return found


class Comparer:
    """Compares row by row; places, names and registers are read once."""

    def __init__(
        self,
        workbook: Workbook,
        layout: Layout,
        letters: Mapping[str, str],
        reader: Reader,
        by: User,
        at: Any,
    ) -> None:
        self.workbook, self.layout, self.letters = workbook, layout, letters
        self.reader, self.by, self.at = reader, by, at
        self.on: date = timezone.localdate(at)
        self.names = Names()
        self._locks = Locks(layout.ledger.id)
        self._edits = gate.reaches(by, Permission.ENTRY_EDIT, self.on)
        self._corrects = gate.reaches(by, Permission.ENTRY_CORRECT, self.on)

    def cell(self, target: str, number: int) -> str:
        return f"{self.letters[target]}{number}" if target in self.letters else ""

    # ---- one row ----

    def compare(self, row: BackRow, entry: Entry, base: Base) -> RowDiff:
        found = RowDiff(row.number, entry.pk.hex, entry.title, entry)
        if says := self._refusal(entry):
            found.faults.append(Fault(says))
            found.is_left = True
            return found
        for column in self.layout.columns:
            if column.target in row.errors and column.opens:
                found.faults.append(self._broken(column, row))
            elif column.target in row.cells and column.target not in (KEY, NOW, STEP, REASON):
                self._column(found, column, row, entry, base)
        self._check(found, entry)
        found.step = self._step(found, row, entry, base)
        return found

    def _refusal(self, entry: Entry) -> str:
        if entry.deleted:
            return f"{entry}已经从台账里去掉了，这一行没有动。"
        if not entry.place.path.startswith(self.layout.village.path):
            return f"{entry}现在在{entry.place}，不在{self.layout.village}了，这一行没有动。"
        return ""

    def _broken(self, column: Column, row: BackRow) -> Fault:
        says = f"{column.label}这一格的公式出错（{row.errors[column.target]}），当作没改。"
        return Fault(says, self.cell(column.target, row.number), column.label)

    def _column(
        self, found: RowDiff, column: Column, row: BackRow, entry: Entry, base: Base
    ) -> None:
        raw = row.cells[column.target]
        before = self.went_out(column, entry, base)
        if alike(raw, before):
            return
        at = self.cell(column.target, row.number)
        if column.opens == "step" and self.layout.opens_at(column, base.state):
            return
        if column.target.startswith("private:"):
            self._private(found, column, raw, at)
        elif not self.layout.opens_at(column, base.state):
            if raw is not None:
                says = f"{column.label}这一格是锁着的，从表里改不了，没有动。"
                found.faults.append(Fault(says, at, column.label))
        elif column.target == GROUP:
            self._group(found, column, raw, entry, base, at)
        elif column.field is not None:
            self._field(found, column, column.field, raw, entry, base, at)

    def went_out(self, column: Column, entry: Entry, base: Base) -> Any:
        return cell_of(
            self.layout,
            column,
            base.data,
            place=base.place or entry.place,
            subject=entry.subject,
            state=base.state,
            shown=Shown(self.names),
        )

    def _private(self, found: RowDiff, column: Column, raw: Any, at: str) -> None:
        # What went out was starred or covered; anything else was typed.
        text = "" if raw is None else str(raw)
        if text and "*" not in text and text != "已遮住":
            says = f"{column.label}是隐私，不从表里改，没有收。请到网页上改这一条。"
            found.faults.append(Fault(says, at, column.label))

    # ---- values ----

    def _field(
        self,
        found: RowDiff,
        column: Column,
        known: Field,
        raw: Any,
        entry: Entry,
        base: Base,
        at: str,
    ) -> None:
        before, now = (known.from_json(data.get(known.name)) for data in (base.data, entry.data))
        if is_empty(known, raw):
            self._cleared(found, known, entry, base, at)
            return
        value, says = value_of_cell(self.reader, known, raw)
        if says:
            found.faults.append(Fault(says, at, known.label))
            return
        fresh = known.to_json(value)
        came = known.from_json(fresh)
        if came in (before, now):
            return
        kind = Kind.CHANGED if before == now else Kind.CONFLICT
        found.fields.append(
            FieldDiff(
                known.name,
                known.label,
                at,
                kind,
                self._words(known, base.data),
                self._words(known, entry.data),
                str(raw)
                if known.type in ("entry", "post", "place")
                else self._words(known, {known.name: fresh}),
                fresh,
                self._who(entry, known.name) if kind is Kind.CONFLICT else "",
            )
        )

    def _words(self, known: Field, data: Mapping[str, Any]) -> str:
        return words_of(known, data, self.names, self.on)

    def _cleared(self, found: RowDiff, known: Field, entry: Entry, base: Base, at: str) -> None:
        if known.name not in entry.data:
            return
        if known.required:
            says = f"{known.label}必填，表里空了，没有动。"
            found.faults.append(Fault(says, at, known.label))
            return
        before, now = self._words(known, base.data), self._words(known, entry.data)
        found.fields.append(
            FieldDiff(known.name, known.label, at, Kind.CLEARED, before, now, "空着", None)
        )

    def _group(
        self, found: RowDiff, column: Column, raw: Any, entry: Entry, base: Base, at: str
    ) -> None:
        if raw is None:
            return
        hit = self.reader.places.find(Told(village=self.layout.village.name, group=str(raw)))
        if hit.place is None:
            found.faults.append(Fault(hit.says, at, column.label))
            return
        before = base.place or entry.place
        if hit.place.pk in (before.pk, entry.place_id):
            return
        kind = Kind.CHANGED if before.pk == entry.place_id else Kind.CONFLICT
        who = self._who(entry, PLACE) if kind is Kind.CONFLICT else ""
        names = (str(before), str(entry.place), str(hit.place))
        found.fields.append(FieldDiff(PLACE, column.label, at, kind, *names, hit.place.pk, who))

    def _who(self, entry: Entry, name: str) -> str:
        """Who changed the field since the workbook went out, and when."""
        for version in reversed(versions(entry)):
            if name in version.changes and (version.commit.number or 0) > self.workbook.head:
                when = timezone.localtime(version.commit.at)
                return f"{version.commit.by_name} {when:%m-%d %H:%M}"
        return ""

    # ---- the row as a whole ----

    def _check(self, found: RowDiff, entry: Entry) -> None:
        """What keeps every change of a row out: a locked period, values that contradict."""
        if not found.fields:
            return
        if says := self._shut(entry):
            found.faults.append(Fault(says))
            found.is_left = True
            return
        own = {f.name: f.value for f in found.fields if f.kind is Kind.CHANGED}
        for name, says in contradictions(entry, own).items():
            found.faults.append(Fault(says, self.cell(f"field:{name}", found.number)))
            found.is_left = True

    def _shut(self, entry: Entry) -> str:
        """What `require_edit` would say, asked once for all rows."""
        line = self.layout.ledger.line
        if not any(one.covers(line, entry.place.path) for one in self._edits):
            return f"{entry}不归你的岗位改，没有动。请交给那边的人收。"
        if not self._locks.cover(entry.place, entry.on):
            return ""
        if any(one.covers(line, entry.place.path) for one in self._corrects):
            return ""
        return f"{entry}所在的这一期镇里已经核过，没有动。要改，请镇里专干来收，或者请镇里退回。"

    def _step(self, found: RowDiff, row: BackRow, entry: Entry, base: Base) -> StepWish | None:
        label = row.cells.get(STEP)
        if label is None:
            self._forgotten(found, row, base)
            return None
        at = self.cell(STEP, row.number)
        step = self._named(str(label), entry, base)
        if step is None:
            names = "、".join(s.label for s in self.layout.steps_from(entry.state))
            hint = f"现在能办的是：{names}。" if names else "现在没有村里要办的步骤。"
            found.faults.append(Fault(f"没有“{label}”这一步。{hint}", at, "这次办哪一步"))
            return None
        return self._wish(found, row, entry, step)

    def _named(self, label: str, entry: Entry, base: Base) -> Step | None:
        """Two steps may be called the same: that of the present state comes first."""
        from_here = [*self.layout.steps_from(entry.state), *self.layout.steps_from(base.state)]
        return next((s for s in (*from_here, *self.layout.steps) if s.label == label), None)

    def _forgotten(self, found: RowDiff, row: BackRow, base: Base) -> None:
        """Filled without saying which step: nothing is guessed."""
        filled = [
            c
            for c in self.layout.columns
            if c.opens == "step"
            and c.target not in (STEP, REASON)
            and row.cells.get(c.target) is not None
            and self.layout.opens_at(c, base.state)
        ]
        if filled:
            labels = "、".join(c.label for c in filled)
            says = f"填了{labels}，没选“这次办哪一步”，没有办。要办，请在那一栏里选好再传。"
            found.faults.append(Fault(says, self.cell(filled[0].target, row.number)))

    def _wish(self, found: RowDiff, row: BackRow, entry: Entry, step: Step) -> StepWish:
        at = self.cell(STEP, row.number)
        if since := foreseeing.acts_since(entry, step, self.workbook.head):
            last = since[-1]
            who = next(reversed(last.people.values()))
            done = f"{last.at:%m-%d %H:%M} {who}办过了，不用再办。"
            return StepWish(step, {}, "", at, done=done)
        given, faults = self._given(row, step)
        reason = str(row.cells.get(REASON) or "").strip()
        changed = {f.name: f.value for f in found.fields if f.kind is Kind.CHANGED}
        own = {} if found.is_left else _loaded(entry, changed)
        asked = foreseeing.Asked(entry, step, given, reason, own, self.by, self.on)
        faults += [
            Fault(says, self._at(name, row.number), self._label(name, step))
            for name, says in ([] if faults else foreseeing.obstacles(asked))
        ]
        told = tuple(
            (self._label(n, step), self._words(self.layout.ledger.by_name[n], {n: v}))
            for n, v in given.items()
        )
        return StepWish(step, given, reason, at, tuple(faults), told=told)

    def _given(self, row: BackRow, step: Step) -> tuple[dict[str, Any], list[Fault]]:
        given: dict[str, Any] = {}
        faults = []
        for name in (*step.needs, *step.sets):
            raw, known = row.cells.get(f"step:{name}"), self.layout.ledger.by_name[name]
            if is_empty(known, raw):
                continue
            value, says = value_of_cell(self.reader, known, raw)
            if says:
                faults.append(Fault(says, self._at(name, row.number), known.label))
            else:
                given[name] = known.to_json(value)
        return given, faults

    def _at(self, name: str, number: int) -> str:
        target = REASON if name == "reason" else f"step:{name}"
        return self.cell(target, number) or self.cell(STEP, number)

    def _label(self, name: str, step: Step) -> str:
        known = self.layout.ledger.by_name.get(name)
        return known.label if known else step.label


def _loaded(entry: Entry, changes: Mapping[str, Any]) -> dict[str, Any]:
    ledger = entry.definition
    return {n: ledger.by_name[n].from_json(v) for n, v in changes.items() if n in ledger.by_name}


def contradictions(entry: Entry, changes: Mapping[str, Any]) -> dict[str, str]:
    """Checks of the ledger that would not hold after these changes: JSON values by field."""
    ledger = entry.definition
    fresh = {**values.loaded(ledger, entry.data), **_loaded(entry, changes)}
    return values.failed_checks(ledger, fresh)
