"""The slots of a report's template: `{{ indicator }}`, `{{ indicator.form@place }}`, `{{ year }}`.

    {{ toilets_renovated }}                        the figure of the report's place and period
    {{ toilets_renovated.growth }}                 ，同比增长15.1%: the whole phrase, or nothing
    {{ toilets_renovated.target }}                 the target of the period that the report is in
    {{ toilets_renovated.progress@430100100201 }}  the share of it that is done, for one village
    {{ toilets_renovated.gap }}                    what is lacking of it
    {{ toilets_renovated.next_target }}            the target of the period that follows
    {{ toilet_renovation.overdue }}                matters of a ledger that are past their date
    {{ period }} {{ year }} {{ next_year }} {{ last_year }} {{ place }}    words, no figures

Nothing else can be written in a slot, so a template can neither compute nor look anything up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qianxian.core.errors import UserError
from qianxian_documents import BadTemplate, slots
from qianxian_figures import Period
from qianxian_packs import Catalogue


class Form(StrEnum):
    """What is said about an indicator."""

    VALUE = "value"
    GROWTH = "growth"
    TARGET = "target"
    PROGRESS = "progress"
    GAP = "gap"
    NEXT_TARGET = "next_target"
    OVERDUE = "overdue"


ABOUT_TARGETS = (Form.TARGET, Form.PROGRESS, Form.GAP, Form.NEXT_TARGET)
WORDS = ("period", "year", "next_year", "last_year", "place")
_SLOT = re.compile(r"([a-z][a-z0-9_]*)(?:\.([a-z_]+))?(?:@(\d{12}(?:\d{3})?))?")
_WRITTEN = re.compile(r"(?<!\\)\{\{\s*([^{}\s]+)\s*\}\}")

# What is printed where a figure is not known, and where last year's words must be looked at.
MISSING = re.compile(r"【待补：[^】]*】")
TO_CHECK = re.compile(r"【核对：[^】]*】")


class BadSlot(UserError):
    """A slot that says nothing that can be printed."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure that a template asks for. An empty place is the report's own."""

    name: str
    form: Form = Form.VALUE
    place: str = ""

    def __str__(self) -> str:
        form = "" if self.form is Form.VALUE else f".{self.form}"
        return f"{self.name}{form}{'@' + self.place if self.place else ''}"

    @property
    def written(self) -> str:
        return "{{ " + str(self) + " }}"


def missing_mark(name: str) -> str:
    return f"【待补：{name}】"


def check_mark(words: str) -> str:
    """Last year's words, held up until somebody has looked at them."""
    return f"【核对：去年写“{words.replace('】', '）').replace('【', '（')}”】"


def figure_slots(template: str, catalogue: Catalogue) -> tuple[Slot, ...]:
    """The slots of a template that print figures, each once, in order.

    Raises BadSlot with a sentence for a slot that cannot be printed or a template that cannot be
    read.
    """
    try:
        names = slots(template)
    except BadTemplate as error:
        raise BadSlot(f"正文{error}") from error
    return tuple(read_slot(name, catalogue) for name in names if name not in WORDS)


def read_slot(name: str, catalogue: Catalogue) -> Slot:
    found = _SLOT.fullmatch(name)
    if not found or (found[2] or Form.VALUE) not in tuple(Form):
        raise BadSlot(
            f"“{{{{ {name} }}}}”不认得。数字写成“{{{{ 指标的代码 }}}}”，从右边的表里点就行。"
        )
    slot = Slot(found[1], Form(found[2] or Form.VALUE), found[3] or "")
    if slot.form is Form.OVERDUE:
        known = slot.name in catalogue.ledgers and bool(catalogue.ledgers[slot.name].flow)
        if not known:
            raise BadSlot(f"“{slot.name}”不是要办的台账，数不出超期的。")
        return slot
    indicator = catalogue.indicators.get(slot.name)
    if indicator is None:
        raise BadSlot(f"没有“{slot.name}”这个指标。换一个，或者把这个数直接写成文字。")
    if slot.form in ABOUT_TARGETS and indicator.target != "allowed":
        raise BadSlot(f"{indicator.name}按规定不设任务，不能写任务和完成率。")
    return slot


def words_of(period: Period, place: str) -> dict[str, str]:
    """What the slots print that are words."""
    year = period.end.year
    return {
        "period": period.label(),
        "year": str(year),
        "next_year": str(year + 1),
        "last_year": str(year - 1),
        "place": place,
    }


def with_phrases(template: str, phrases: Mapping[str, str]) -> str:
    """The template with whole phrases in place of the slots that need one.

    The phrases are our own words around the same slot; what a person wrote is left alone.
    """
    return _WRITTEN.sub(lambda found: phrases.get(found[1], found[0]), template)
