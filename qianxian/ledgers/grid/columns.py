"""The columns of a grid: what may be typed into each, and why not where it may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.ledgers import values
from qianxian.ledgers.forms import places_to_record
from qianxian.ledgers.pickers import register_of
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger

SUBJECT, PLACE, STATE = "subject", "place", "state"
_LEFT_OUT = ("file", "photo", "point")
_NUMBERS = ("integer", "number", "money", "area", "length", "mass", "percent")
# Registers are searched on the server; what else can be chosen travels with the page.
ASKED = "entry"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `why_not` says why nothing is typed here, `why_fixed` why not in a stored row.

    `choices` are the words that fit with the first letters of their pinyin.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    help: str = ""
    is_required: bool = False
    default: str = ""
    why_not: str = ""
    why_fixed: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    def as_json(self) -> dict[str, object]:
        """What the page's script has to know of it."""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "default": self.default,
            "whyNot": self.why_not,
            "whyFixed": self.why_fixed,
            "choices": [list(choice) for choice in self.choices],
        }


def columns_of(ledger: Ledger, user: User, on: date, first: Place | None = None) -> list[Column]:
    """Subject, place, every field in the order of the definition, and the state.

    `first` is the place that a new row has until another one is written.
    """
    places = places_to_record(user, ledger, on)
    default = first if first in places else places[0] if len(places) == 1 else None
    found = [_place(places, default)]
    if register := register_of(ledger, SUBJECT):
        found.insert(0, _subject(register))
    found += [_field(ledger, field, places) for field in ledger.fields if _is_shown(field)]
    if ledger.flow:
        found.append(
            Column(STATE, _("State"), "text", why_not="状态由办的步骤决定，不能在这里改。")
        )
    return found


def _is_shown(field: Field) -> bool:
    return field.type not in _LEFT_OUT


def _subject(register: Ledger) -> Column:
    what = register.name.removesuffix("底册")
    return Column(
        SUBJECT,
        what,
        ASKED,
        help=f"写编号或名字，从{register.name}里找",
        is_required=True,
        why_fixed=f"记的是哪一个{what}，记下就不能换。记错了，去掉这一条重新记。",
    )


def _place(places: Iterable[Place], default: Place | None) -> Column:
    return Column(
        PLACE,
        _("Place"),
        "choice",
        default=full_name(default) if default else "",
        choices=_worded(full_name(place) for place in places),
    )


def _field(ledger: Ledger, field: Field, places: Iterable[Place]) -> Column:
    return Column(
        field.name,
        field.label,
        _kind(field),
        unit=field.shown_unit,
        help=field.help,
        is_required=field.required,
        default=field.default or "",
        why_not=_why_not(ledger, field),
        why_fixed=_why_fixed(ledger, field),
        choices=() if field.private else _worded(_choices(field, places)),
    )


def _kind(field: Field) -> str:
    if field.type in _NUMBERS:
        return "number"
    if field.type in ("choice", "boolean", "place", "post"):
        return "choice"
    if field.type == "multichoice":
        return "several"
    return field.type if field.type in ("date", ASKED) else "text"


def _why_not(ledger: Ledger, field: Field) -> str:
    """The refusal that an import gives, too: what a step fills is filled by taking it."""
    if step := values.step_fields(ledger).get(field.name):
        return f"{field.label}要在办“{step}”那一步时填，不能在表格里填。请打开这一条去办。"
    if field.private:
        return f"{field.label}是隐私，表格里只遮着显示。要填要改，请打开这一条。"
    return ""


def _why_fixed(ledger: Ledger, field: Field) -> str:
    """What somebody else must approve is asked for at the entry, not changed here."""
    if field.name not in ledger.guarded:
        return ""
    return f"{field.label}要另一个人核准才能改。请打开这一条，从“更正”提出来。"


def _choices(field: Field, places: Iterable[Place]) -> Iterable[str]:
    if field.type == "boolean":
        return ("是", "否")
    if field.type == "place":
        return [full_name(place) for place in places]
    if field.type == "post":
        return [str(post) for post in Post.objects.select_related("office")]
    return field.choices


def _worded(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((word, values.initials_of(word)) for word in words)


def key_column(ledger: Ledger) -> str:
    """Where it stands that another entry has the same key."""
    return next(iter(ledger.key), "")


def named_registers(ledger: Ledger) -> dict[str, Ledger]:
    """Columns that choose from a register → the register."""
    found = {f.name: catalogue().ledgers[f.of] for f in ledger.fields if f.type == ASKED and f.of}
    if register := register_of(ledger, SUBJECT):
        found[SUBJECT] = register
    return found
