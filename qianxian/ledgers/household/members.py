"""Who belongs to a household on a day, and what does not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from qianxian.core.parts import FindingCard
from qianxian.ledgers.household.names import MEMBERSHIP, definition_of
from qianxian.ledgers.household.reading import Home
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

HEAD = "户主"


@dataclass(frozen=True, slots=True)
class Member:
    """One stretch of days of one person in this household.

    `resident` is None where the person's entry is not for this reader; then there is no name.
    """

    entry: Entry
    resident: Entry | None
    relation: str
    joined_on: date | None
    left_on: date | None
    why_left: str
    correct_url: str = ""
    # Where it is recorded that the person moved away or died, for whoever may record that.
    end_url: str = ""

    @property
    def name(self) -> str:
        return str(self.resident.data.get("name", self.resident)) if self.resident else ""

    def has_joined(self, day: date) -> bool:
        return self.joined_on is not None and self.joined_on <= day

    def is_present(self, day: date) -> bool:
        """The day of leaving is the first without them, as in the figure of 户籍人口."""
        return self.has_joined(day) and (self.left_on is None or self.left_on > day)


@dataclass(frozen=True, slots=True)
class Members:
    """The household on one day: who is there, who had left by then, how many came later."""

    day: date
    present: tuple[Member, ...]
    left: tuple[Member, ...]
    later: int
    record_url: str


def members_on(home: Home, day: date) -> Members:
    ledger = definition_of(MEMBERSHIP)
    found = [_member(home, ledger, row) for row in home.of(MEMBERSHIP)] if ledger else []
    order = _order(ledger)
    present = sorted(
        (m for m in found if m.is_present(day)),
        key=lambda m: (order.get(m.relation, len(order)), m.joined_on or date.max, m.name),
    )
    gone = [m for m in found if m.has_joined(day) and not m.is_present(day)]
    left = sorted(gone, key=lambda m: m.left_on or day, reverse=True)
    later = sum(not m.has_joined(day) for m in found)
    url = record_url(MEMBERSHIP, home.household) if home.may_record(MEMBERSHIP) else ""
    return Members(day, tuple(present), tuple(left), later, url)


def _order(ledger: Ledger | None) -> dict[str, int]:
    """The head first, then as the definition lists them."""
    field = ledger.by_name.get("relation") if ledger else None
    return {choice: n for n, choice in enumerate(field.choices)} if field else {}


def _member(home: Home, ledger: Ledger, row: Entry) -> Member:
    may_correct = home.reader.records(ledger, row.place) and not home.household.deleted
    return Member(
        entry=row,
        resident=home.residents.get(str(_key(row.data.get("resident")))),
        relation=str(row.data.get("relation", "")),
        joined_on=_day(ledger, row, "joined_on"),
        left_on=_day(ledger, row, "left_on"),
        why_left=str(row.data.get("left_reason", "")),
        correct_url=reverse("ledgers:correct", args=[ledger.id, row.pk]) if may_correct else "",
        end_url=_end_url(home, row) if may_correct else "",
    )


def _end_url(home: Home, row: Entry) -> str:
    """The person's own ending, which closes the tie too; without a right to that, the tie."""
    who = home.residents.get(str(_key(row.data.get("resident"))))
    if who and who.gone_on is None and home.reader.records(who.definition, who.place):
        return reverse("ledgers:end", args=[who.ledger, who.pk])
    return reverse("ledgers:correct", args=[row.ledger, row.pk])


def _key(text: Any) -> UUID | None:
    return UUID(str(text)) if text else None


def _day(ledger: Ledger, row: Entry, name: str) -> date | None:
    field = ledger.by_name.get(name)
    value = field.from_json(row.data.get(name)) if field else None
    return value if isinstance(value, date) else None


def record_url(ledger: str, household: Entry, *, parent: Entry | None = None) -> str:
    """The form of a ledger with household and place filled in."""
    known = {"subject": household.pk, "place": household.place_id}
    query = {**known, "parent": parent.pk} if parent else known
    return f"{reverse('ledgers:new', args=[ledger])}?{urlencode(query)}"


def findings(home: Home, members: Members) -> list[FindingCard]:
    """What does not fit today; a person says which of the two is right."""
    if not home.shows(MEMBERSHIP) or members.day != home.reader.on:
        return []
    if not members.present:
        return _nobody(home, members)
    return [*_heads(home, members), *_count(home, members)]


def _nobody(home: Home, members: Members) -> list[FindingCard]:
    persons = home.household.data.get("persons")
    if not persons or members.left:
        return _count(home, members) if persons else []
    reason = f"底册写常住 {persons} 人，家庭成员里一个也没有。照户口簿一人登一条。"
    return [FindingCard("还没登家庭成员", reason, "info", fix_url=members.record_url)]


def _heads(home: Home, members: Members) -> list[FindingCard]:
    heads = [m for m in members.present if m.relation == HEAD]
    if len(heads) > 1:
        names = "、".join(m.name or "不归你的岗位看的一人" for m in heads)
        reason = f"{names}都写成户主。一户只有一个，请改别的人与户主的关系。"
        return [FindingCard(f"有 {len(heads)} 个户主", reason, fix_url=heads[-1].correct_url)]
    # Of a member whose name this reader may not see it cannot be said who it is.
    if all(m.name for m in members.present):
        return _head_in_register(home, heads, members)
    return []


def _head_in_register(home: Home, heads: Sequence[Member], members: Members) -> list[FindingCard]:
    written = str(home.household.data.get("head", ""))
    register = _correct_url(home)
    if written not in [m.name for m in members.present]:
        reason = (
            f"底册写户主是{written}，在户的成员里没有这个人。{_instead(heads)}请改对不上的一头。"
        )
        return [FindingCard("户主不在家庭成员里", reason, fix_url=register)]
    if not heads:
        own = next(m for m in members.present if m.name == written)
        reason = f"{written}在成员里，没写成户主。请改他与户主的关系。"
        return [FindingCard("成员里没有户主", reason, fix_url=own.correct_url)]
    if heads[0].name != written:
        reason = f"底册写户主是{written}，家庭成员里写的是{heads[0].name}。请改对不上的一头。"
        return [FindingCard("户主对不上", reason, fix_url=register)]
    return []


def _instead(heads: Iterable[Member]) -> str:
    names = "、".join(m.name for m in heads)
    return f"成员里写的户主是{names}。" if names else ""


def _count(home: Home, members: Members) -> list[FindingCard]:
    persons, present = home.household.data.get("persons"), len(members.present)
    if persons is None or persons == present:
        return []
    reason = (
        f"底册写常住 {persons} 人，在户的成员 {present} 人。"
        "有人在外或者寄住，可以不同；是漏登、没销的，请补上。"
    )
    return [FindingCard("人数对不上", reason, fix_url=_correct_url(home))]


def _correct_url(home: Home) -> str:
    entry = home.household
    if not home.may_record(entry.ledger):
        return ""
    return reverse("ledgers:correct", args=[entry.ledger, entry.pk])
