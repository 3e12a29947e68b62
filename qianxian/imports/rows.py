"""One row of a table: what it says, checked as a form would be, every fault at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import standing_on
from qianxian.imports.cells import NOTHING, WORDS, CellReader, RowFault, code_of, shown_of
from qianxian.imports.columns import Match
from qianxian.imports.grid import SourceRow, Table
from qianxian.imports.subject_finder import SubjectFinder
from qianxian.ledgers import checks, values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import Found as FoundPlace
from qianxian.ledgers.place_finder import PlaceFinder, Told
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Field, Ledger

_PLACE_TARGETS = ("village", "group", "place", "place_code")
_REMEMBERED = 4_096
_LONGEST_SHOWN = 60


@dataclass(slots=True)
class Outcome:
    """What a row came to: values and where they go, or the faults that keep it out."""

    sheet: str
    row: SourceRow
    faults: list[RowFault] = field(default_factory=list)
    parsed: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    is_place_told: bool = False
    subject: Entry | None = None
    key_text: str = ""
    title: str = ""
    on: date | None = None

    @property
    def is_good(self) -> bool:
        return not self.faults or not any(fault.stops for fault in self.faults)


class Reader:
    """Everything that checking the rows of one ledger needs, read once."""

    def __init__(self, ledger: Ledger, user: User, township: Place, on: date) -> None:
        self.ledger, self.user, self.on = ledger, user, on
        self.places = PlaceFinder.of(user, ledger.line, township, on)
        self.by_code = self.places.by_code()
        self.sight = checks.Sight(user, on)
        self.township = township
        self._finders: dict[str, SubjectFinder] = {}
        self._posts: dict[str, str] | None = None

    def finder(self, register: str) -> SubjectFinder:
        if register not in self._finders:
            known = catalogue().ledgers[register]
            self._finders[register] = SubjectFinder.of(
                known, self.user, self.by_code, self.township, self.on
            )
        return self._finders[register]

    def posts(self) -> Mapping[str, str]:
        if self._posts is None:
            rows = Post.objects.select_related("office")
            self._posts = {text: p.code for p in rows for text in (p.code, p.name, str(p))}
        return self._posts

    def name(self, known: Field, value: Any) -> tuple[str | None, str]:
        """What the ledger holds of a place, post or entry that is called so, or the sentence."""
        if known.type == "place":
            place = self.places.find(Told(whole=str(value)))
            return (place.place.pk if place.place else None), place.says
        if known.type == "post":
            says = f"{known.label}没有“{value}”这个岗位，请核对。"
            return self.posts().get(str(value).strip()), says
        hit = self.finder(known.of or "").find({"": str(value)}, None)
        return (hit.entry.pk.hex if hit.entry else None), hit.says

    def table(self, table: Table, matches: Sequence[Match]) -> TableReader:
        return TableReader(self, table, matches)


class TableReader:
    """Rows of one table with its columns."""

    def __init__(self, reader: Reader, table: Table, matches: Sequence[Match]) -> None:
        self._reader, self._ledger, self._table = reader, reader.ledger, table
        used = [(n, m) for n, m in enumerate(matches) if m.target]
        self._at = {m.target: (n, m) for n, m in used}
        self._fields = [
            (n, name, CellReader(self._ledger.by_name[name], m, reader.name).read)
            for n, m in used
            if (name := m.target.removeprefix("field:")) != m.target
        ]
        self._blank = dict.fromkeys(f.name for f in self._ledger.fields)
        self._later = values.step_fields(self._ledger)
        self._place_columns = [self._column(target) for target in _PLACE_TARGETS]
        self._find_once = lru_cache(_REMEMBERED)(self._place_called)

    def _column(self, target: str) -> int | None:
        return self._at[target][0] if target in self._at else None

    def outcomes(self) -> Iterator[Outcome]:
        for row in self._table.rows:
            yield self.outcome(row)

    def outcome(self, row: SourceRow) -> Outcome:
        found = Outcome(self._table.sheet, row)
        self._find_place(found)
        if self._ledger.subject:
            self._find_subject(found)
        self._parse(found)
        if found.is_good:
            self._check(found)
        return found

    # ---- where and about whom ----

    def _text(self, row: SourceRow, target: str) -> str:
        column = self._column(target)
        return "" if column is None else _plain(row.values[column])

    def _find_place(self, found: Outcome) -> None:
        cells = found.row.values
        written = tuple("" if n is None else _plain(cells[n]) for n in self._place_columns)
        found.is_place_told = any(written)
        if not found.is_place_told and self._ledger.subject:
            return
        place = self._find_once(written, found.row.village)
        found.place = place.place
        if place.place is None:
            self._add(found, "unknown_place", place.says, "village", "place", "group", "place_code")

    def _place_called(self, written: tuple[str, ...], above: str) -> FoundPlace:
        """The place of a row: by its own cells, else by what a line above it names."""
        told = Told(*written)
        if above and not (told.village or told.whole or told.code):
            told = Told(village=above, group=told.group)
        return self._reader.places.find(told)

    def _find_subject(self, found: Outcome) -> None:
        register = self._ledger.subject or ""
        told = {
            target.partition(":")[2]: self._text(found.row, target)
            for target in self._at
            if target == "subject" or target.startswith("subject:")
        }
        if not told or (found.faults and found.is_place_told):
            if not told:
                says = f"表里没有写{catalogue().ledgers[register].name.removesuffix('底册')}的栏。"
                self._add(found, "unknown_subject", says)
            return
        hit = self._reader.finder(register).find(told, found.place)
        found.subject = hit.entry
        if hit.entry is None:
            self._add(found, "unknown_subject", hit.says, *(t for t in self._at if "subject" in t))
        elif found.place is None or not _within(found.place, hit.entry.place):
            found.place = found.place or hit.entry.place
        elif self._levels_apart(found.place):
            # The village is named, the register knows the group.
            found.place = hit.entry.place

    def _levels_apart(self, place: Place) -> bool:
        return place.level != self._ledger.place

    # ---- its own fields ----

    def _parse(self, found: Outcome) -> None:
        parsed, stored, refused = dict(self._blank), {}, {}
        cells, year = found.row.values, found.row.year
        for n, name, read in self._fields:
            raw = cells[n]
            if raw is None:
                continue
            cell = read(raw, year)
            if cell.faults:
                found.faults += cell.faults
            if cell.refused:
                refused[name] = cell.refused
                del parsed[name]
            elif cell.value is not None:
                parsed[name], stored[name] = cell.value, cell.stored
        unread = {name: refused[name] for name in self._blank if name in refused}
        errors = values.faults_together(self._ledger, parsed, unread, self._later)
        for name, says in errors.items():
            self._refuse(found, name, says, is_empty=name not in refused and name not in stored)
        found.parsed, found.stored = parsed, stored

    def _check(self, found: Outcome) -> None:
        """What a form checks beside the fields: place and subject stand, and are fine enough."""
        ledger, place = self._ledger, found.place
        if place is None:
            self._add(found, "unknown_place", "没写是哪个村。请补上村名。")
            return
        found.on = values.business_date(ledger, found.parsed)
        day = found.on or self._reader.on
        try:
            # A village that merged is still called by its name; what is dated later went over.
            place = found.place = standing_on(place, day)
            checks.check_place(ledger, place, day)
            checks.check_subject(ledger, found.subject, self._reader.sight, day)
        except InvalidEntry as error:
            for name, says in error.errors.items():
                code = "unknown_place" if name == "place" else "unknown_subject"
                self._add(found, code, says, "group", "village", "place", "subject")
            return
        if not self._reader.places.covers(place):
            self._add(found, "unknown_place", f"{place}不归你的岗位记。", "village", "place")
            return
        found.data, found.private = values.parted(ledger, found.stored)
        found.title = values.title_of(ledger, found.parsed, found.subject)
        found.key_text = values.key_of(
            ledger, found.parsed, place=place.code, subject=found.subject
        )

    # ---- faults at their cells ----

    def _add(self, found: Outcome, code: str, says: str, *targets: str) -> None:
        at = next((self._at[t] for t in targets if t in self._at), None)
        if at is None:
            found.faults.append(RowFault(code, says))
            return
        n, matched = at
        shown = str(found.row.values[n] if found.row.values[n] is not None else "")
        found.faults.append(
            RowFault(
                code, says, matched.column.letter, matched.column.label, shown[:_LONGEST_SHOWN]
            )
        )

    def _refuse(self, found: Outcome, name: str, says: str, *, is_empty: bool) -> None:
        """A fault of a field; `is_empty`: nothing stands there, though something should."""
        known = self._ledger.by_name.get(name)
        n, matched = self._at.get(f"field:{name}", (0, None))
        if known is None or matched is None:
            label = known.label if known else ""
            code = "missing" if known and is_empty else "check"
            found.faults.append(RowFault(code, says, "", label))
            return
        code = "missing" if is_empty else self._code(known, says)
        if known.private and code not in ("missing", "check"):
            says = f"{known.label}{WORDS[code]}，请对照原表核对。"
        shown = shown_of(known, found.row.values[n])
        found.faults.append(
            RowFault(code, says, matched.column.letter, matched.column.label, shown)
        )

    def _code(self, known: Field, says: str) -> str:
        if any(says == check.says for check in self._ledger.check_texts):
            return "check"
        return code_of(known)


def _plain(value: Any) -> str:
    """What a cell of a place or a subject says."""
    text = "" if value is None else str(value).strip()
    return "" if text in NOTHING else text


def _within(outer: Place, inner: Place) -> bool:
    return inner.path.startswith(outer.path)
