"""One row of a table: what it says, checked as a form would be, every fault at its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.queries import standing_on
from qianxian.imports.columns import Match
from qianxian.imports.grid import SourceRow, Table
from qianxian.imports.subject_finder import SubjectFinder
from qianxian.imports.supposing import SUPPOSED, suppose
from qianxian.ledgers import checks, values
from qianxian.ledgers.masking import mask
from qianxian.ledgers.models import Entry
from qianxian.ledgers.place_finder import PlaceFinder, Told
from qianxian.ledgers.values import InvalidEntry
from qianxian_packs import Field, FieldInvalid, Ledger

# What clerks write where there is nothing to say; see also `says_nothing`.
NOTHING = {"", "/", "／", "-", "—", "——", "－", "－－", "--", "\\", "无", "暂无", "空"}
_ERROR_VALUE = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)")
_LONGEST_SHOWN = 60
_NAMED = {"place", "post", "entry"}
_REPEATED = {"date", "boolean", "multichoice"}
_CODES = {
    "date": "bad_date",
    "datetime": "bad_date",
    "choice": "bad_choice",
    "multichoice": "bad_choice",
    "boolean": "bad_choice",
    "id_card": "bad_id_card",
    "phone": "bad_phone",
    "bank_card": "bad_bank_card",
    "credit_code": "bad_credit_code",
    "text": "bad_text",
}
WORDS = {
    "bad_date": "日期读不出来",
    "bad_number": "数字读不出来",
    "bad_choice": "不在可选的里面",
    "bad_id_card": "身份证号不对",
    "bad_phone": "电话不对",
    "bad_bank_card": "账号不对",
    "bad_credit_code": "信用代码不对",
    "bad_text": "文字太长或者有怪符号",
    "missing": "必填的空着",
    "unknown_place": "地方对不上",
    "unknown_subject": "底册里对不上",
    "unknown": "写的找不到",
    "check": "几栏之间说不通",
    "duplicate": "表里有一样的行",
    "duplicate_key": "表里编号重复",
    "key_taken": "台账里已经有了",
    "overlap": "时间上撞在一起",
    "locked": "这一期已经核过",
    "guarded": "要另一个人核准才能改",
    "formula_error": "公式出错",
    "year_assumed": "日期没写年",
    "two_digit_year": "年只写了两位",
    "date_order": "日和月的先后不清楚",
    "approximate": "写的是大约",
    "step_column": "要办手续时填的栏",
    "moved": "检查之后有人改过",
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault before it is stored. `label` is the header of its column."""

    code: str
    says: str
    column: str = ""
    label: str = ""
    value: str = ""
    stops: bool = True


@dataclass
class Outcome:
    """What a row came to: values and where they go, or the faults that keep it out."""

    sheet: str
    row: SourceRow
    faults: list[RowFault] = field(default_factory=list)
    parsed: dict[str, Any] = field(default_factory=dict)
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
        return not any(fault.stops for fault in self.faults)


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

    def table(self, table: Table, matches: Sequence[Match]) -> TableReader:
        return TableReader(self, table, matches)


class TableReader:
    """Rows of one table with its columns."""

    def __init__(self, reader: Reader, table: Table, matches: Sequence[Match]) -> None:
        self._reader, self._ledger, self._table = reader, reader.ledger, table
        used = [(n, m) for n, m in enumerate(matches) if m.target]
        self._read: dict[tuple[str, str], Any] = {}
        self._at = {m.target: (n, m) for n, m in used}
        self._fields = [
            (n, m, self._ledger.by_name[m.target.removeprefix("field:")])
            for n, m in used
            if m.target.startswith("field:")
        ]

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
        at = self._at.get(target)
        value = row.values[at[0]] if at else None
        text = "" if value is None else str(value).strip()
        return "" if text in NOTHING else text

    def _find_place(self, found: Outcome) -> None:
        told = Told(
            *(
                self._text(found.row, target) if target in self._at else ""
                for target in ("village", "group", "place", "place_code")
            )
        )
        found.is_place_told = not told.is_empty
        if told.is_empty and self._ledger.subject:
            return
        if not (told.village or told.whole or told.code) and found.row.village:
            told = Told(village=found.row.village, group=told.group)
        place = self._reader.places.find(told)
        found.place = place.place
        if place.place is None:
            self._add(found, "unknown_place", place.says, "village", "place", "group", "place_code")

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
        raw: dict[str, Any] = {}
        cells = found.row.values
        for n, matched, known in self._fields:
            value = cells[n]
            if value is None:
                continue
            if type(value) is str:
                value = self._written(found, known, matched, value.strip())
            if value is not None and known.type in _NAMED:
                value = self._named(found, known, matched, value)
            elif type(value) is str and known.type in _REPEATED:
                value = self._read_once(known, value)
            if value is not None and known.type in SUPPOSED:
                value = self._supposed(found, known, matched, value)
            if value is not None:
                raw[known.name] = value
        try:
            found.parsed = values.parse(self._ledger, raw, partial=bool(self._ledger.flow))
        except InvalidEntry as error:
            for name, says in error.errors.items():
                self._refuse(found, name, says, raw)

    def _supposed(self, found: Outcome, known: Field, matched: Match, value: Any) -> Any:
        """What the cell seems to mean, told at its place where that had to be supposed."""
        supposed = suppose(known, value, matched.column.unit, found.row.year)
        if supposed.says:
            shown = _shown(known, value)
            at = (matched.column.letter, matched.column.label, shown)
            found.faults.append(RowFault(supposed.code, supposed.says, *at, stops=False))
        return supposed.value

    def _read_once(self, known: Field, text: str) -> Any:
        """The same few days stand in thousands of rows; what cannot be read is told by `parse`."""
        key = (known.name, text)
        if key not in self._read:
            try:
                self._read[key] = known.parse(text)
            except FieldInvalid:
                self._read[key] = text
        return self._read[key]

    def _written(self, found: Outcome, known: Field, matched: Match, text: str) -> str | None:
        """The text of a cell, None where it says nothing."""
        if says_nothing(known, text):
            return None
        if text[0] == "#" and _ERROR_VALUE.fullmatch(text):
            says = f"{known.label}这一格的公式出错（{text}），当作没填。"
            found.faults.append(
                RowFault(
                    "formula_error", says, matched.column.letter, known.label, text, stops=False
                )
            )
            return None
        return text

    def _named(self, found: Outcome, known: Field, matched: Match, value: Any) -> Any:
        """Names of places, posts and entries become what the ledger holds of them."""
        if known.type == "place":
            place = self._reader.places.find(Told(whole=str(value)))
            code = place.place.pk if place.place else None
            return self._or_refuse(found, known, matched, value, code, place.says)
        if known.type == "post":
            says = f"{known.label}没有“{value}”这个岗位，请核对。"
            code = self._reader.posts().get(str(value).strip())
            return self._or_refuse(found, known, matched, value, code, says)
        hit = self._reader.finder(known.of or "").find({"": str(value)}, None)
        key = hit.entry.pk.hex if hit.entry else None
        return self._or_refuse(found, known, matched, value, key, hit.says)

    def _or_refuse(
        self, found: Outcome, known: Field, matched: Match, value: Any, got: Any, says: str
    ) -> Any:
        if got is None:
            shown = _shown(known, value)
            fault = RowFault("unknown", says, matched.column.letter, matched.column.label, shown)
            found.faults.append(fault)
        return got

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
        found.data, found.private = values.split_private(ledger, found.parsed)
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

    def _refuse(self, found: Outcome, name: str, says: str, raw: Mapping[str, Any]) -> None:
        at = self._at.get(f"field:{name}")
        known = self._ledger.by_name.get(name)
        if known is None or at is None:
            label = known.label if known else ""
            code = "missing" if known and name not in raw else "check"
            found.faults.append(RowFault(code, says, "", label))
            return
        n, matched = at
        code = self._code(known, name, says, raw)
        if known.private and code not in ("missing", "check"):
            says = f"{known.label}{WORDS[code]}，请对照原表核对。"
        shown = _shown(known, found.row.values[n])
        found.faults.append(
            RowFault(code, says, matched.column.letter, matched.column.label, shown)
        )

    def _code(self, known: Field, name: str, says: str, raw: Mapping[str, Any]) -> str:
        if raw.get(name) is None:
            return "missing"
        if any(says == check.says for check in self._ledger.check_texts):
            return "check"
        return _CODES.get(known.type, "bad_number")


def says_nothing(known: Field, text: str) -> bool:
    """无 is an answer where it can be chosen, or where the field asks yes or no."""
    if text not in NOTHING:
        return False
    return text not in known.choices and not (known.type == "boolean" and text == "无")


def _shown(known: Field, value: Any) -> str:
    text = "" if value is None else str(value).strip()
    if known.private:
        return mask(known, text) if text else ""
    return text[:_LONGEST_SHOWN]


def _within(outer: Place, inner: Place) -> bool:
    return inner.path.startswith(outer.path)
