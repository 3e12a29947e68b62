"""The same notice again: by its number, or by words that are nearly the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz

from qianxian.core.models import User
from qianxian.intake.notice.drafts import kept
from qianxian.intake.notice.services import NOTICE
from qianxian.ledgers.models import Entry

# A message that comes again comes soon; a document's number stays known for good.
_WITHIN = timedelta(days=120)
_MOST = 400
# Of a hundred; two reminders that differ in a day and a name stay below it.
_ALIKE = 92
_SHORTEST = 12
_BRACKETS = str.maketrans("〔〕【】（）()［］", "[][][][][]")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Twin:
    """A notice that is here already, and what it shares with the new one."""

    entry: Entry
    by_number: bool


def twin_of(text: str, number: str, user: User, on: date) -> Twin | None:
    """The notice among those that the user sees; by its number first."""
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=NOTICE)
    if number and (same := _same_number(rows, number)):
        return Twin(same, by_number=True)
    words = _plain(kept(text))
    if len(words) < _SHORTEST:
        return None
    recent = rows.filter(changed_at__date__gte=on - _WITHIN).order_by("-changed_at")[:_MOST]
    scored = [(fuzz.ratio(words, _plain(row.data.get("original") or "")), row) for row in recent]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return Twin(best[1], by_number=False) if best and best[0] >= _ALIKE else None


def _same_number(rows: Any, number: str) -> Entry | None:
    digits = re.findall(r"\d+", number)
    if not digits:
        return None
    near = rows.filter(data__number__icontains=digits[-1])
    wanted = _number(number)
    found: Entry | None = next(
        (r for r in near if _number(r.data.get("number") or "") == wanted), None
    )
    return found


def _number(text: str) -> str:
    return "".join(text.translate(_BRACKETS).split()).replace("第", "")


def _plain(text: str) -> str:
    return _NOT_WORDS.sub("", text)
