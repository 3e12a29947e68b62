"""One row of a table: where it belongs, checked as a form would be, every fault at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import standing_on
from qianxian.imports.cells import NOTHING, RowFault
from qianxian.imports.grid import Match, SourceRow, Table
from qianxian.imports.helper import ALONE, Alone
from qianxian.imports.row_reader import RowReader, Said
from qianxian.imports.subject_finder import SubjectFinder
from qianxian.ledgers import checks, values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import Found as FoundPlace
from qianxian.ledgers.place_finder import PlaceFinder, Told
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Field, Ledger

_PLACE_PARTS = (
    ("village", "village"),
    ("group", "group"),
    ("whole", "place"),
    ("code", "place_code"),
)
_REMEMBERED = 4_096
_LONGEST_SHOWN = 60


@dataclass(slots=True)
class Outcome:
    """What a row came to: values and where they go, or the faults that keep it out.

    `text` is its open values as JSON; `data` reads them, where they must be compared.
    """

    sheet: str
    row: SourceRow
    faults: list[RowFault] = field(default_factory=list)
    text: str = "{}"
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

    @property
    def data(self) -> dict[str, Any]:
        return dict(from_json(self.text))


class Reader:
    """Everything that checking the rows of one ledger needs, read once."""

    def __init__(self, ledger: Ledger, user: User, township: Place, on: date) -> None:
        self.ledger, self.user, self.on = ledger, user, on
        self.places = PlaceFinder.of(user, ledger.line, township, on)
        self.by_code = self.places.by_code()
        self.reach = frozenset(place.code for place in self.places.in_reach())
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
        self._at = {m.target: (n, m) for n, m in enumerate(matches) if m.target}
        later = values.step_fields(self._ledger)
        self._rows = RowReader(self._ledger, matches, later, reader.name)
        self._place_columns = [
            (part, self._at[target][0]) for part, target in _PLACE_PARTS if target in self._at
        ]
        self._find_once = lru_cache(_REMEMBERED, typed=True)(self._place_called)

    def outcomes(self, readers: Alone = ALONE) -> Iterator[Outcome]:
        for part, said in readers.read(self._rows, self._table.rows):
            yield from map(self.outcome, part, said)

    def outcome(self, row: SourceRow, said: Said) -> Outcome:
        found = Outcome(self._table.sheet, row)
        self._find_place(found)
        if self._ledger.subject:
            self._find_subject(found)
        found.faults += said.faults
        if found.is_good:
            self._check(found, said)
        return found

    # ---- where and about whom ----

    def _text(self, row: SourceRow, target: str) -> str:
        return _plain(row.values[self._at[target][0]])

    def _find_place(self, found: Outcome) -> None:
        row = found.row
        cells = [row.values[n] for _, n in self._place_columns]
        found.is_place_told, place = self._find_once(row.village, *cells)
        if not found.is_place_told and self._ledger.subject:
            return
        found.place = place.place
        if place.place is None:
            self._add(found, "unknown_place", place.says, "village", "place", "group", "place_code")

    def _place_called(self, above: str, *cells: Any) -> tuple[bool, FoundPlace]:
        """Whether the cells of a row tell its place, and the place: by them, else by what a line
        above the row names."""
        columns = zip(self._place_columns, cells, strict=True)
        written = {part: _plain(cell) for (part, _), cell in columns}
        told = Told(**written)
        if above and not (told.village or told.whole or told.code):
            told = Told(village=above, group=told.group)
        return any(written.values()), self._reader.places.find(told)

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

    def _check(self, found: Outcome, said: Said) -> None:
        """What a form checks beside the fields: place and subject stand, and are fine enough."""
        ledger, place = self._ledger, found.place
        if place is None:
            self._add(found, "unknown_place", "没写是哪个村。请补上村名。")
            return
        found.on = values.business_date(ledger, said.naming)
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
        if place.code not in self._reader.reach and not self._reader.places.covers(place):
            self._add(found, "unknown_place", f"{place}不归你的岗位记。", "village", "place")
            return
        found.text, found.private = said.text, said.private
        found.title = values.title_of(ledger, said.naming, found.subject)
        found.key_text = values.key_of(ledger, said.naming, place=place.code, subject=found.subject)

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


def _plain(value: Any) -> str:
    """What a cell of a place or a subject says."""
    text = "" if value is None else str(value).strip()
    return "" if text in NOTHING else text


def _within(outer: Place, inner: Place) -> bool:
    return inner.path.startswith(outer.path)
