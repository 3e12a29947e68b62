"""What stands on a paper form, made from the definition of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.core.templatetags import _numbers as numbers
from qianxian.ledgers.display import Names, value_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian.ledgers.values import step_fields
from qianxian_packs import Field, Ledger

# Numbers of papers get a box for each digit: what is written into boxes can be read.
_BOXES = {"id_card": 18, "phone": 11, "credit_code": 18, "bank_card": 19}
_LEFT_OUT = ("file", "photo", "point")
_YES_NO = ("是", "否")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to be written. A choice has `options` (words, whether ticked); a number of papers
    `boxes` (a digit or nothing in each); all else `text`, which is "" on a blank form.

    `lines` is how many lines of writing it wants.
    """

    label: str
    text: str = ""
    unit: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    boxes: tuple[str, ...] = ()
    is_date: bool = False
    lines: int = 1
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form: of a place, blank or filled."""

    title: str
    place: str
    basis: str
    number: str
    own: list[Line]
    later: list[Line]
    rules: list[str]


def blank(ledger: Ledger, place: Place | None) -> Sheet:
    """A form to be written by hand, of one village."""
    where = full_name(place) if place else ""
    return _sheet(ledger, where, "", {}, None, Names(), {})


def filled(entry: Entry, names: Names, private: Mapping[str, str]) -> Sheet:
    """An entry as a form. `private` holds the values that may stand on it in full; the other
    private fields stay empty, to be written by hand."""
    data = entry.data
    return _sheet(
        entry.definition, full_name(entry.place), entry.title, data, entry, names, private
    )


def _sheet(
    ledger: Ledger,
    place: str,
    number: str,
    data: Mapping[str, Any],
    entry: Entry | None,
    names: Names,
    private: Mapping[str, str],
) -> Sheet:
    later = step_fields(ledger)
    listed = [f for f in ledger.fields if f.type not in _LEFT_OUT]
    lines = {f.name: _line(f, data, names, private) for f in listed}
    return Sheet(
        title=f"{ledger.name.removesuffix('台账').removesuffix('底册')}登记表",
        place=place,
        basis=ledger.basis,
        number=number,
        own=[*_about(ledger, entry), *(lines[f.name] for f in listed if f.name not in later)],
        later=[lines[f.name] for f in listed if f.name in later],
        rules=list(dict.fromkeys(check.says for check in ledger.check_texts)),
    )


def _about(ledger: Ledger, entry: Entry | None) -> Iterable[Line]:
    """Whom the entry is about, and in which group: not fields, but somebody has to write them."""
    register = catalogue().ledgers.get(ledger.subject or "")
    if register:
        subject = entry.subject if entry else None
        hint = "" if subject else "写户主或名称，知道编号的写编号"
        label = register.name.removesuffix("底册")
        yield Line(label, subject.title if subject else "", hint=hint)
    if ledger.place == "group" and entry is None:
        yield Line("村民小组", unit="组")


def _line(field: Field, data: Mapping[str, Any], names: Names, private: Mapping[str, str]) -> Line:
    if field.private:
        value: Any = private.get(field.name)
    else:
        value = value_of(field, data, names)
    common: dict[str, Any] = {"label": field.label, "unit": field.shown_unit, "hint": field.help}
    if field.type in ("choice", "multichoice", "boolean"):
        return Line(options=_options(field, data, value), **common)
    if count := _BOXES.get(field.type):
        text = str(value or "")
        return Line(boxes=tuple(text.ljust(count)[: max(count, len(text))]), **common)
    is_date = field.type == "date"
    text = _written(value)
    return Line(text=text, is_date=is_date and not text, lines=_lines(field), **common)


def _options(field: Field, data: Mapping[str, Any], value: Any) -> tuple[tuple[str, bool], ...]:
    """The choices with a box before each; what a definition no longer offers is added as it is."""
    stored = () if field.private else data.get(field.name)
    chosen = tuple(stored) if isinstance(stored, list) else (value,) if value is not None else ()
    offered = field.choices or _YES_NO
    more = tuple(str(one) for one in chosen if one not in offered)
    return tuple((word, word in chosen) for word in (*offered, *more))


def _written(value: Any) -> str:
    if isinstance(value, Decimal | int):
        return numbers.figure(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日"
    return "" if value is None else str(value)


def _lines(field: Field) -> int:
    """A text that may be long gets room for three lines."""
    is_long = field.type == "text" and not field.required and not field.filter
    return 3 if is_long else 1
