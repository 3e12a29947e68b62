"""Ledgers laid out by chance: every way of heads, villages, sums and notes, with what they say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qianxian_tables import letter
from tests.spec.tables.answers import Answer, Made, csv_of, grid, name, xlsx_of
from tests.spec.tables.places import VILLAGES, id_number

YEAR = 2025
Cell = tuple[Any, Any, str]


@dataclass(frozen=True)
class Layout:
    """`village`: sheet, section, once, each. `sums`: none, below, above. `depth` of the header."""

    carrier: str
    village: str
    depth: int
    sums: str
    is_head_again: bool
    offset: int


def layout(chance: random.Random) -> Layout:
    carrier = chance.choice(["xlsx", "xlsx", "gb18030", "utf-8-sig"])
    villages = ["section", "once", "each"] + (["sheet"] if carrier == "xlsx" else [])
    village = chance.choice(villages)
    return Layout(
        carrier,
        village,
        chance.choice([1, 2]) if carrier == "xlsx" else 1,
        chance.choice(["none", "below", "above"]),
        chance.random() < 0.4,
        chance.choice([0, 0, 1]) if carrier == "xlsx" else 0,
    )


# ---- cells: what is written, what is meant, the code of what was supposed or is wrong ----


def _day(chance: random.Random) -> Cell:
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    whole = f"{YEAR}-{month:02d}-{day:02d}"
    ways: list[Cell] = [
        (date(YEAR, month, day), whole, ""),
        (f"{YEAR}.{month}.{day}", whole, ""),
        (f"{YEAR}年{month}月{day}日", whole, ""),
        (f"{YEAR}{month:02d}{day:02d}", whole, ""),
        (f"{YEAR}/{month}/{day}", whole, ""),
        (f"{month}月{day}日", whole, "year_assumed"),
        (f"{YEAR}年{month}月", whole[:7], "date_partial"),
        ("/", None, ""),
    ]
    return chance.choice(ways)


def _count(chance: random.Random) -> Cell:
    number = chance.randint(3, 90)
    ways: list[Cell] = [
        (number, number, ""),
        (number, number, ""),
        (f"{number}株", number, ""),
        (f"约{number}", number, "approximate"),
        (f"{number}余株", number, "approximate"),
    ]
    return chance.choice(ways)


def _money(chance: random.Random) -> Cell:
    number = chance.randint(1, 90)
    ways: list[Cell] = [
        (number / 10, number * 1_000, ""),
        (number / 10, number * 1_000, ""),
        (f"{number * 100}元", number * 100, ""),
        ("—", None, ""),
    ]
    return chance.choice(ways)


def _phone(chance: random.Random) -> Cell:
    number = f"199{chance.randint(10**7, 10**8 - 1)}"
    spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
    return chance.choice(
        [(number, number, ""), (spaced, number, ""), (number + "9", None, "bad_phone")]
    )


def _id(chance: random.Random, n: int) -> Cell:
    number = id_number(f"19{chance.randint(40, 99)}0{chance.randint(1, 9)}1{n % 9}", n)
    if chance.random() < 0.04:
        return float(int(number[:17]) * 10), None, "damaged_id"
    return number, number, ""


_MAKERS: dict[str, Callable[[random.Random], Cell]] = {
    "date": _day,
    "integer": _count,
    "money": _money,
    "phone": _phone,
}
# Header, type, unit, and the group over it where the header has two rows.
_COLUMNS: tuple[tuple[str, str, str, str | None, str], ...] = (
    ("身份证号码", "身份证号码", "id_card", None, ""),
    ("栽植时间", "栽植时间", "date", None, "栽植情况"),
    ("数量（株）", "数量", "integer", "株", "栽植情况"),
    ("补助金额（万元）", "补助金额", "money", "万元", ""),
    ("树种", "树种", "choice", None, ""),
    ("联系电话", "联系电话", "phone", None, ""),
)
_KINDS = ("香樟", "桂花", "银杏")


@dataclass
class _Maker:
    seed: int
    chance: random.Random = field(init=False)
    answer: Answer = field(init=False)
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    sheet: str = ""
    n: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  a layout, no secret
        self.way = layout(self.chance)
        picked = list(_COLUMNS)
        self.chance.shuffle(picked)
        # A group stands over neighbours.
        grouped = [one for one in picked if one[4]]
        self.columns = [one for one in picked if not one[4]]
        at = self.chance.randint(0, len(self.columns))
        self.columns[at:at] = grouped
        self.has_village = self.way.village in ("once", "each")
        self.lead = ["序号", *(["村名"] if self.has_village else []), "户主姓名"]
        self.answer = Answer(self._said(), choices={self._letter_of("树种"): set()})

    def _letter_of(self, label: str) -> str:
        labels = [*self.lead, *(one[1] for one in self.columns)]
        return letter(labels.index(label) + 1 + self.way.offset)

    def _said(self) -> dict[str, tuple[str, str, str | None]]:
        kinds = {"序号": "integer", "村名": "place", "户主姓名": "text"}
        said: dict[str, tuple[str, str, str | None]] = {
            self._letter_of(label): (label, kinds[label], None) for label in self.lead
        }
        for _, label, kind, unit, group in self.columns:
            full = f"{group}/{label}" if group and self.way.depth > 1 else label
            said[self._letter_of(label)] = (full, kind, unit)
        return said

    # ---- rows ----

    def add(self, cells: list[Any], kind: str = "") -> int:
        self.rows.append([None] * self.way.offset + cells)
        if kind:
            self.answer.others[self.sheet, len(self.rows)] = kind
        return len(self.rows)

    def head(self) -> None:
        heads = [*self.lead, *(one[0] for one in self.columns)]
        if self.way.depth == 1:
            self.add(list(heads), "header")
            return
        groups = ["", *[""] * (len(self.lead) - 1), *(one[4] for one in self.columns)]
        top = len(self.rows)
        first = groups.index("栽植情况")
        upper = [None if g else h for g, h in zip(groups, heads, strict=True)]
        upper[first] = "栽植情况"
        self.add(upper, "header")
        self.add([h if g else None for g, h in zip(groups, heads, strict=True)], "header")
        left = self.way.offset
        self.merges.append((top, left + first, top, left + first + 1, "栽植情况"))
        for n, (group, head) in enumerate(zip(groups, heads, strict=True)):
            if not group:
                self.merges.append((top, left + n, top + 1, left + n, head))

    def record(self, village: str, *, is_first: bool) -> float:
        self.n += 1
        shown = village if is_first or self.way.village == "each" else None
        cells: list[Any] = [self.n, *([shown] if self.has_village else []), name(self.n)]
        values: dict[str, Any] = {self._letter_of("户主姓名"): name(self.n)}
        number, is_held, total = len(self.rows) + 1, False, 0.0
        for _, label, kind, _unit, _group in self.columns:
            written, meant, code = self._cell(kind)
            where = self._letter_of(label)
            if self.way.carrier != "xlsx":
                written = _as_text(written)
            cells.append(written)
            values[where] = meant
            is_held = is_held or code == "damaged_id"
            total += (meant or 0) if kind == "integer" else 0
            if code:
                self.answer.findings.add((self.sheet, f"{where}{number}", code))
        self.add(cells)
        self.answer.rows[self.sheet, number] = None if is_held else (village, values)
        return total

    def _cell(self, kind: str) -> Cell:
        if kind == "id_card":
            return _id(self.chance, self.n) if self.way.carrier == "xlsx" else _protected(self.n)
        if kind == "choice":
            one = self.chance.choice(_KINDS)
            self.answer.choices[self._letter_of("树种")].add(one)
            return one, one, ""
        return _MAKERS[kind](self.chance)

    def sum_of(self, village: str, total: float, kind: str = "subtotal") -> None:
        words = "合计" if kind == "total" else self.chance.choice(["小计", f"{village}小计"])
        cells: list[Any] = [None] * (len(self.lead) + len(self.columns))
        cells[self.chance.randint(0, len(self.lead) - 1)] = words
        at = [one[1] for one in self.columns].index("数量") + len(self.lead)
        cells[at] = str(total) if self.way.carrier != "xlsx" else total
        self.add(cells, kind)

    def village(self, village: str) -> float:
        if self.way.village == "section":
            self.add([village], "section")
        above = len(self.rows)
        total, count = 0.0, self.chance.randint(4, 7)
        for n in range(count):
            if self.way.is_head_again and n == 3 and self.way.depth == 1:
                self.head()
            total += self.record(village, is_first=n == 0)
        if self.way.sums == "below":
            self.sum_of(village, total)
        elif self.way.sums == "above" and self.way.village == "section":
            self._sum_above(village, total, above)
        return total

    def _sum_above(self, village: str, total: float, above: int) -> None:
        """Put in above the rows, which move down by one."""
        tail, self.rows = self.rows[above:], self.rows[:above]
        moved = {key: kind for key, kind in self.answer.others.items() if key[1] > above}
        records = {key: kept for key, kept in self.answer.rows.items() if key[1] > above}
        for key in moved:
            del self.answer.others[key]
        for key in records:
            del self.answer.rows[key]
        self.sum_of(village, total)
        self.rows += tail
        self.answer.others |= {(sheet, n + 1): kind for (sheet, n), kind in moved.items()}
        self.answer.rows |= {(sheet, n + 1): kept for (sheet, n), kept in records.items()}
        self.answer.findings = {_moved(one, above) for one in self.answer.findings}

    def whole(self, title: str, villages: tuple[str, ...]) -> None:
        self.add([title], "title")
        if self.chance.random() < 0.5:
            self.add([f"填报单位：石桥镇林业站    填报时间：{YEAR}年12月"], "note")
        self.head()
        total = sum(self.village(one) for one in villages)
        if self.chance.random() < 0.6:
            self.sum_of("", total, "total")
        if self.chance.random() < 0.5:
            self.add(["说明：补助按验收株数发放，树种以验收单为准。"], "note")
        if self.chance.random() < 0.6:
            self.add(["填表人：谭志明    审核人：易小兰"], "signature")


def _moved(finding: tuple[str, str, str], above: int) -> tuple[str, str, str]:
    sheet, cell, code = finding
    column = cell.rstrip("0123456789")
    row = int(cell[len(column) :])
    return sheet, f"{column}{row + (row > above)}", code


def _as_text(written: Any) -> str:
    if written is None:
        return ""
    return written.isoformat() if isinstance(written, date) else str(written)


def _protected(n: int) -> Cell:
    number = id_number(f"1970010{1 + n % 9}", n)
    return f'="{number}"' if n % 2 else f"\t{number}", number, ""


def laid_out(seed: int) -> Made:
    """A ledger of this seed; the same every time."""
    maker = _Maker(seed)
    if maker.way.carrier != "xlsx":
        maker.whole(f"石桥镇{YEAR}年植树补助台账", VILLAGES[:3])
        rows = [["" if cell is None else cell for cell in row] for row in maker.rows]
        return "植树补助.csv", csv_of(rows, maker.way.carrier), maker.answer
    sheets = list(_sheets(maker))

    def fill(book: Any) -> None:
        for title, rows, merges in sheets:
            sheet = grid(book, title, rows)
            for top, left, bottom, right, words in merges:
                sheet.merge_range(top, left, bottom, right, words)

    return "植树补助.xlsx", xlsx_of(fill), maker.answer


def _sheets(maker: _Maker) -> Iterator[tuple[str, list[list[Any]], list[Any]]]:
    if maker.way.village != "sheet":
        maker.sheet = f"{YEAR}年"
        maker.whole(f"石桥镇{YEAR}年植树补助台账", VILLAGES[:3])
        yield maker.sheet, maker.rows, maker.merges
        return
    for village in VILLAGES[:3]:
        maker.rows, maker.merges, maker.sheet = [], [], village[:2]
        maker.whole(f"石桥镇{village}{YEAR}年植树补助台账", (village,))
        yield maker.sheet, maker.rows, maker.merges
