"""From a returned workbook to its diff: each row finds its entry, by its key or by what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from qianxian.core.models import User
from qianxian.imports.rows import Reader
from qianxian.imports.workbooks import signing
from qianxian.imports.workbooks.adding import Adder, Status, with_keys
from qianxian.imports.workbooks.comparing import Base, Comparer, bases_of
from qianxian.imports.workbooks.diff import Diff, Fault, RowDiff
from qianxian.imports.workbooks.layout import Layout, alike, layout_of
from qianxian.imports.workbooks.models import Workbook
from qianxian.imports.workbooks.reading import BackRow, BackSheet, opened, read_back
from qianxian.ledgers.display import names_in
from qianxian.ledgers.models import Entry


def diff_of(workbook: Workbook, data: bytes, name: str, *, by: User, at: datetime) -> Diff:
    """Everything that the file says, beside the ledger as it is now. Writes nothing.

    Raises UserError for a file that cannot be read.
    """
    layout = layout_of(workbook.definition, workbook.village)
    sheet = read_back(opened(data, name), layout)
    return _Matching(workbook, layout, sheet, by, at).diff()


class _Matching:
    def __init__(
        self, workbook: Workbook, layout: Layout, sheet: BackSheet, by: User, at: datetime
    ) -> None:
        self.workbook, self.layout, self.sheet, self.by = workbook, layout, sheet, by
        self.on = timezone.localdate(at)
        self.reader = Reader(layout.ledger, by, workbook.township, self.on)
        self.comparer = Comparer(workbook, layout, sheet.letters, self.reader, by, at)
        self.adder = Adder(workbook, layout, sheet, self.reader)
        self.result = Diff(told=list(sheet.told))
        self._seen: dict[UUID, int] = {}
        self._entries: dict[UUID, Entry] = {}
        self._bodies: dict[UUID, Any] = {}
        self._sent = {key: known for key, (_, known) in workbook.rows.items() if known}
        self._others = frozenset(self._sent.values())
        self._has_keys = any(row.key for row in sheet.rows)

    def diff(self) -> Diff:
        self._load({row.key.entry for row in self.sheet.rows if row.key})
        candidates = [row for row in self.sheet.rows if not self._keyed(row)]
        self._candidates([row for row in candidates if not self.adder.is_blank(row)])
        self.result.rows.sort(key=lambda row: row.number)
        self._gone()
        return self.result

    def _load(self, keys: set[UUID]) -> None:
        """Entries with their state at the time of sending. What the reader may not see is not there."""
        wanted = list(keys - set(self._entries))
        found = []
        for start in range(0, len(wanted), 500):
            rows = Entry.objects.visible_to(self.by, self.on).filter(
                pk__in=wanted[start : start + 500], ledger=self.layout.ledger.id
            )
            found += list(rows.select_related("place", "subject"))
        self._entries |= {entry.pk: entry for entry in found}
        self._bodies |= bases_of(self.workbook, found)
        data = [body.get("data", {}) for body in self._bodies.values()]
        data += [entry.data for entry in self._entries.values()]
        self.comparer.names = names_in(self.layout.ledger, data, user=self.by, on=self.on)

    # ---- rows with a key ----

    def _keyed(self, row: BackRow) -> bool:
        """Deal with a row whose key says which entry it is. False: it has to be looked for."""
        key = row.key
        if key is None or not key.is_genuine:
            return False
        if key.workbook != self.workbook.pk:
            self._refuse(row, "这一行是从别的工作簿里抄来的，没有收。抄的话，只抄填的格。")
            return True
        entry = self._entries.get(key.entry)
        if key.version == 0 and (entry is None or entry.deleted or key.entry in self._seen):
            return False
        if key.entry in self._seen:
            first = self._seen[key.entry]
            self._refuse(
                row, f"这一行和第 {first} 行是同一条，像是复制出来的，没有收。新的请写在空行里。"
            )
            return True
        self._seen[key.entry] = row.number
        if entry is None:
            self._refuse(row, "这一行的记录找不到了，或者不归你的岗位看，没有动。")
        elif says := self._mixed_up(row, key.entry):
            self._refuse(row, says)
        else:
            self._compare(row, entry)
        return True

    def _mixed_up(self, row: BackRow, key: UUID) -> str:
        """A sheet of which only some columns were sorted: names beside the keys of others."""
        own = self._sent.get(key.hex, "")
        if not own or not set(self.layout.known_by) <= set(self.sheet.letters):
            return ""
        cells = (row.cells.get(target) for target in self.layout.known_by)
        here = signing.identity(["" if cell is None else str(cell) for cell in cells])
        if here == own or here not in self._others:
            return ""
        return (
            "这一行写的是另一户，和它的编号对不上：多半是只排了一部分栏。没有收。"
            "请撤销排序，或者重新下载一份。"
        )

    def _refuse(self, row: BackRow, says: str) -> None:
        found = RowDiff(row.number, f"r{row.number}", "", is_left=True)
        found.faults.append(Fault(says))
        self.result.rows.append(found)

    def _compare(self, row: BackRow, entry: Entry, note: str = "") -> None:
        found = self.comparer.compare(row, entry, self._base(entry))
        found.note = note
        self._add(found)

    def _add(self, found: RowDiff) -> None:
        if found.says_something:
            self.result.rows.append(found)
        else:
            self.result.same += 1

    def _base(self, entry: Entry) -> Base:
        body = self._bodies.get(entry.pk, {})
        place = self.reader.by_code.get(body.get("place", ""))
        return Base(body.get("data", {}), place, body.get("state", ""))

    # ---- rows without ----

    def _candidates(self, rows: Sequence[BackRow]) -> None:
        if not rows:
            return
        if not self._has_keys and not self.layout.ledger.key and self.workbook.rows:
            self._by_content(rows)
            return
        new = []
        for row, decided in zip(rows, self.adder.decide(rows), strict=True):
            if decided.status in (Status.SAME, Status.CHANGED) and decided.entry:
                self._known_entry(row, decided.entry)
                continue
            found = self.adder.told(row, decided, self.on)
            if found.row is None:
                self.result.rows.append(found)
            else:
                new.append((row, found, decided))
        for found, entry in with_keys(self.workbook, new):
            if entry is None:
                self.result.rows.append(found)
            else:
                self.result.same += 1

    def _known_entry(self, row: BackRow, key: UUID) -> None:
        """Its key was lost, or somebody recorded it meanwhile: what is written there tells it."""
        if key in self._seen:
            self._refuse(row, f"这一行和第 {self._seen[key]} 行是同一条，没有再收一遍。")
            return
        self._seen[key] = row.number
        self._load({key})
        entry = self._entries.get(key)
        if entry is None:
            self._refuse(row, "台账里已经有这一条了，不归你的岗位看，没有收。")
        elif key.hex in self.workbook.rows:
            self._compare(row, entry, "按编号和名字认出来的")
        else:
            # Nothing of it went out, so that whatever differs stands against what is there.
            base = Base({}, entry.place, entry.state)
            found = self.comparer.compare(row, entry, base)
            found.note = "发出去以后别人先记了这一条"
            self._add(found)

    def _by_content(self, rows: Sequence[BackRow]) -> None:
        """No keys at all, and a ledger without its own: only what did not change can be told."""
        self._load({UUID(key) for key in self.workbook.rows})
        left = [entry for entry in self._entries.values() if entry.pk.hex in self.workbook.rows]
        for row in rows:
            hit = next((entry for entry in left if self._is_as_sent(row, entry)), None)
            if hit is None:
                self._refuse(
                    row,
                    "编号列没有了，认不出这一行是改的还是新的，没有收。"
                    "改的请重新下载一份再改；新的用“导入 Excel”。",
                )
            else:
                left.remove(hit)
                self._seen[hit.pk] = row.number
                self.result.same += 1

    def _is_as_sent(self, row: BackRow, entry: Entry) -> bool:
        base = self._base(entry)
        return all(
            alike(row.cells.get(c.target), self.comparer.went_out(c, entry, base))
            for c in self.layout.columns
            if c.opens in ("rows", "new") and c.target in self.sheet.letters
        )

    # ---- entries without a row ----

    def _gone(self) -> None:
        lost = {UUID(key) for key in self.workbook.rows} - set(self._seen)
        self._load(lost)
        there = (self._entries.get(key) for key in lost)
        gone = [e for e in there if e is not None and not e.deleted]
        self.result.gone = sorted(gone, key=lambda e: (e.place_id, e.title))
