"""A plain figure of a ledger of this site: how many, or the sum of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from pydantic import ValidationError

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.imports.inferring import access
from qianxian.imports.inferring.naming import OWN, own_id
from qianxian.imports.inferring.services import save_definitions
from qianxian.ledgers.lists.columns import summed_fields
from qianxian_packs import Field, Indicator, Ledger

_BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True, slots=True)
class Count:
    """As a page says it. `summed` is a field of numbers, or empty for how many entries.

    `only` is a choice field and one of its choices, where not all entries count.
    """

    name: str
    synonyms: str = ""
    summed: str = ""
    unit: str = ""
    by: str = ""
    only: tuple[str, str] = ("", "")


def grouped_fields(ledger: Ledger) -> list[Field]:
    """The fields by which a figure may be told apart."""
    return [f for f in ledger.fields if f.type == "choice" and not f.private]


def own_indicators(ledger: Ledger) -> list[Indicator]:
    """What this site counts from the ledger."""
    found = catalogue().indicators.values()
    return [one for one in found if one.from_ == ledger.id and one.id.startswith(OWN)]


def save_count(
    *, ledger: Ledger, count: Count, by: User, at: datetime, indicator: str = ""
) -> Indicator:
    """Make a figure of the ledger, or change one that this site made (`indicator` its id).

    A figure of a past day is counted as it was defined on that day. It has no target and no rank:
    those need a person of the line to say so, in a pack. Raises UserError.
    """
    access.require_line(by, ledger.line, timezone.localdate(at))
    if not ledger.date:
        raise UserError(
            f"{ledger.name}没有日期栏，数不出哪一期多少。先给它定一个日期栏，再来设数。"
        )
    if indicator and indicator not in {one.id for one in own_indicators(ledger)}:
        raise UserError("没有这个数，或者它不是在这里设的。刷新看看。")
    made = _indicator(ledger, count, indicator or own_id(count.name, catalogue().indicators))
    save_definitions(
        definitions=[made], by=by, at=at, reason=f"从{ledger.name}设一个数：{made.name}"
    )
    return made


def _indicator(ledger: Ledger, count: Count, indicator: str) -> Indicator:
    name = count.name.strip()
    if len(name) < 2:
        raise UserError("还没写这个数叫什么。")
    field = ledger.by_name.get(count.summed)
    if count.summed and field not in summed_fields(ledger.fields):
        raise UserError("要加起来的那一栏不是数字，请重新选。")
    if count.by and ledger.by_name.get(count.by) not in grouped_fields(ledger):
        raise UserError("只能按“选一项”的栏分开数，请重新选。")
    unit = (field.shown_unit if field else "") or count.unit.strip()
    if not unit:
        raise UserError("还没写单位。写户、人、处、件这样的。")
    own = {
        "id": indicator,
        "line": ledger.line,
        "name": name,
        "synonyms": _words(count.synonyms, name),
        "unit": unit,
        "kind": "flow",
        "from": ledger.id,
        "where": _where(ledger, *count.only),
        "on": ledger.date,
        "value": f"sum({count.summed})" if count.summed else "count",
        "by": (count.by,) if count.by else (),
        "note": f"在页面上设的，从{ledger.name}数",
    }
    try:
        return Indicator.model_validate(own)
    except ValidationError as error:
        raise UserError("名字、叫法或者单位太长了。改短一些再存。") from error


def _words(text: str, name: str) -> tuple[str, ...]:
    words = dict.fromkeys(word for word in _BETWEEN.split(text) if word and word != name)
    return tuple(words)


def _where(ledger: Ledger, name: str, choice: str) -> str | None:
    if not name:
        return None
    field = ledger.by_name.get(name)
    if field not in grouped_fields(ledger) or choice not in field.choices:
        raise UserError("只数哪一项没有选对，请重新选。")
    quoted = choice.replace("'", "''")
    return f"{name} = '{quoted}'"


def count_of(indicator: Indicator, ledger: Ledger) -> Count:
    """The other way round, for changing it on the page."""
    only = ("", "")
    for field in grouped_fields(ledger):
        for choice in field.choices:
            if indicator.where_text == _where(ledger, field.name, choice):
                only = (field.name, choice)
    return Count(
        name=indicator.name,
        synonyms="、".join(indicator.synonyms),
        summed=indicator.value.field or "",
        unit=indicator.unit,
        by=indicator.by[0] if indicator.by else "",
        only=only,
    )
