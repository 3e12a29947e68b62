"""Whether a checked row is new, changed, there already, or kept out; and what its entry is to hold."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from qianxian.core import gate
from qianxian.core.digests import leaf
from qianxian.core.models import Revision
from qianxian.core.permissions import Permission
from qianxian.imports.cells import RowFault
from qianxian.imports.known import Known, differences, full_content, private_of
from qianxian.imports.models import StagedRow
from qianxian.imports.rows import Outcome, Reader
from qianxian.imports.sealed_rows import packed
from qianxian.ledgers import privacy, spans, values
from qianxian.ledgers.attestation import Locks
from qianxian.ledgers.corrections import guarded_changes
from qianxian.ledgers.models import Entry
from qianxian.ledgers.privacy import Sealed, SealedValue
from qianxian.ledgers.states import TEXT_BEFORE_DATA, EntryState, text_after_data
from qianxian_packs import Ledger, Span

Status = StagedRow.Status


@dataclass(slots=True)
class Decided:
    """A row as it is staged. `private` waits to be sealed with the other rows of its chunk.

    body  what is to change of an entry that is there; empty for a new one
    """

    outcome: Outcome
    status: str
    content: str = ""
    entry: UUID | None = None
    version: int = 0
    title: str = ""
    subject: UUID | None = None
    on: date | None = None
    initials: str = ""
    key_text: str = ""
    late: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    state: str = ""
    after_data: str = ""
    digest: bytes | None = None
    sealed: bytes | None = None


class Decider:
    """Decides chunk by chunk; remembers rows and keys of the file that came before.

    rows  how many are to come, so that the keys of new entries rise with the rows of the file:
          what is inserted in the order of an index is inserted fastest
    """

    def __init__(self, reader: Reader, *, several_sheets: bool, rows: int = 0) -> None:
        self._reader, self._ledger = reader, reader.ledger
        self._known = Known.of(reader.ledger, reader.township)
        self._locks = Locks(reader.ledger.id)
        self._several = several_sheets
        self._new_keys = _rising_keys(rows)
        self._ties: list[EntryState] = []
        self._corrects = gate.reaches(reader.user, Permission.ENTRY_CORRECT, reader.on)

    def decide(self, outcomes: Sequence[Outcome]) -> list[Decided]:
        contents = [full_content(o) if o.is_good else "" for o in outcomes]
        for outcome, content in zip(outcomes, contents, strict=True):
            if content:
                self._refuse_twice(outcome, content)
        good = [o for o in outcomes if o.is_good]
        landed = self._known.landed([c for c in contents if c])
        by_key = self._known.by_key(o.key_text for o in good)
        sealed = private_of(by_key.values(), self._ledger)
        same = self._known.same_whole(outcomes)
        decided = []
        for n, (outcome, content) in enumerate(zip(outcomes, contents, strict=True)):
            there = landed.get(content) or same.get(n)
            decided.append(self._one(outcome, content, there, by_key, sealed))
        if self._ledger.span:
            self._refuse_overlaps(decided, self._ledger.span)
        self._seal(decided)
        return decided

    def _refuse_twice(self, outcome: Outcome, content: str) -> None:
        sheet = f"“{outcome.sheet}”" if self._several else ""
        hit = self._known.seen(outcome, content, f"{sheet}第 {outcome.row.number} 行")
        if hit is None:
            return
        code, where = hit
        says = {
            "duplicate": f"和{where}一模一样，只导了前面那一行。真有两条，请写得有区别。",
            "duplicate_key": f"和{where}是同一个编号，内容不一样。请只留对的那一行。",
        }[code]
        outcome.faults.append(RowFault(code, says))

    def _one(
        self,
        outcome: Outcome,
        content: str,
        there: UUID | None,
        by_key: Mapping[str, Entry],
        sealed: Mapping[UUID, Mapping[str, str]],
    ) -> Decided:
        if not outcome.is_good:
            return Decided(outcome, Status.FAULT)
        if there:
            return Decided(outcome, Status.SAME, content, there)
        entry = by_key.get(outcome.key_text) if outcome.key_text else None
        if entry is None:
            return self._new(outcome, content)
        if not self._is_mine(entry):
            says = f"台账里已经有“{outcome.title}”了，在别处记着，不归你的岗位改。"
            outcome.faults.append(RowFault("key_taken", says))
            return Decided(outcome, Status.FAULT)
        return self._known_entry(outcome, content, entry, sealed.get(entry.pk, {}))

    def _is_mine(self, entry: Entry) -> bool:
        return self._reader.places.covers(entry.place) and entry.place.path.startswith(
            self._reader.township.path
        )

    def _new(self, outcome: Outcome, content: str) -> Decided:
        place, on = outcome.place, outcome.on
        return Decided(
            outcome,
            Status.NEW,
            content,
            next(self._new_keys),
            1,
            subject=outcome.subject.pk if outcome.subject else None,
            on=on,
            initials=values.initials_of(outcome.title),
            key_text=outcome.key_text,
            late=place is not None and self._locks.cover(place, on),
            private=outcome.private,
            state=outcome.text,
        )

    def _known_entry(
        self, outcome: Outcome, content: str, entry: Entry, private: Mapping[str, str]
    ) -> Decided:
        changes = differences(outcome, entry, private)
        if not changes:
            return Decided(outcome, Status.SAME, content, entry.pk)
        if fault := self._not_to_change(outcome, entry, changes):
            outcome.faults.append(fault)
            return Decided(outcome, Status.FAULT)
        data = outcome.data
        body = {
            "changes": {n: new for n, (_, new) in changes.items() if n in data},
            "before": {n: old for n, (old, _) in changes.items() if n in data},
            "private": [n for n in changes if n in outcome.private],
            "place": outcome.place.pk if "place" in changes and outcome.place else None,
            "place_before": entry.place_id if "place" in changes else None,
        }
        own = {n: text for n, text in outcome.private.items() if n in changes}
        return Decided(
            outcome,
            Status.CHANGED,
            content,
            entry.pk,
            entry.version + 1,
            entry.title,
            subject=entry.subject_id,
            key_text=entry.key_text,
            body=body,
            private=own,
        )

    def _not_to_change(
        self, outcome: Outcome, entry: Entry, changes: Mapping[str, Any]
    ) -> RowFault | None:
        if self._locks.cover(entry.place, entry.on) and not any(
            r.covers(self._ledger.line, entry.place.path) for r in self._corrects
        ):
            says = f"{entry}所在的这一期镇里已经核过，不能从表里改。要改，请镇里专干来改。"
            return RowFault("locked", says)
        new = {n: value for n, (_, value) in changes.items() if n in self._ledger.by_name}
        if guarded := guarded_changes(entry, new):
            labels = "、".join(f.label for f in self._ledger.fields if f.name in guarded)
            says = f"{labels}要另一个人核准才能改，不能从表里改。请打开这一条提更正。"
            return RowFault("guarded", says)
        merged = values.loaded(self._ledger, {**entry.data, **outcome.data})
        if failed := values.failed_checks(self._ledger, merged):
            return RowFault("check", next(iter(failed.values())))
        return None

    def _refuse_overlaps(self, decided: list[Decided], span: Span) -> None:
        """Dated ties that overlap with one in the ledger, or with one further up in the file."""
        made = {d.entry: d for d in decided if d.entry and d.status in (Status.NEW, Status.CHANGED)}
        states = [self._tie(key, one) for key, one in made.items()]
        clashing = spans.clashing(self._ledger, [*self._ties, *states])
        self._ties += [state for state in states if state.id not in clashing]
        refused = clashing & set(made)
        for n, one in enumerate(decided):
            if one.entry in refused:
                label = self._ledger.by_name[span.from_].label
                one.outcome.faults.append(RowFault("overlap", span.says, label=label))
                decided[n] = Decided(one.outcome, Status.FAULT)

    def _tie(self, key: UUID, one: Decided) -> EntryState:
        outcome = one.outcome
        place = outcome.place.pk if outcome.place else ""
        subject = outcome.subject.pk if outcome.subject else None
        return EntryState(key, self._ledger.id, place, outcome.data, subject=subject)

    def _seal(self, decided: Sequence[Decided]) -> None:
        private = {d.entry: d for d in decided if d.entry and d.private}
        for status in (Status.NEW, Status.CHANGED):
            own = {key: d.private for key, d in private.items() if d.status == status}
            _spread(privacy.seal(own, is_new=status == Status.NEW), private)
        is_settled = is_settled_at_check(self._ledger)
        for one in decided:
            if one.body:
                one.state = to_json(one.body).decode()
            elif is_settled and one.status == Status.NEW:
                self._settle(one)

    def _settle(self, one: Decided) -> None:
        """The revision of a new entry: nothing that happens until it lands has a say in it."""
        key, place = one.entry, one.outcome.place
        if key is None or place is None:
            raise ValueError("a new row has a key and a place")
        one.after_data = text_after_data(
            key=key,
            ledger=self._ledger.id,
            place=place.code,
            subject=one.subject,
            on=one.on,
            late=one.late,
            private=one.digests,
        )
        text = f"{TEXT_BEFORE_DATA}{one.state}{one.after_data}"
        one.digest = leaf(Revision.Kind.ENTRY.value, key.hex, text)


def is_settled_at_check(ledger: Ledger) -> bool:
    """Whether nothing has a say in a new entry until it lands: no flow, which says where it stands
    on that day, and no dated tie, which may overlap with others."""
    return not (ledger.flow or ledger.span)


def _rising_keys(count: int) -> Iterator[UUID]:
    """So many random keys in rising order, and then others."""
    for random in sorted(os.urandom(16) for _ in range(count)):
        yield UUID(bytes=random, version=4)
    while True:
        yield uuid.uuid4()


def _spread(sealed: Sealed, decided: Mapping[UUID, Decided]) -> None:
    """Give each row its own key and values, with their digests beside them."""
    keys = {key.entry: key for key in sealed.keys}
    values: dict[UUID, list[SealedValue]] = {}
    for value in sealed.values:
        values.setdefault(value.entry, []).append(value)
    for entry, own in values.items():
        one = decided[entry]
        one.digests = {value.field: value.digest for value in own}
        one.sealed = packed(keys.get(entry), own)
