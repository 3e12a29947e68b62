"""The rooms of the rail, and what higher rooms hang on the shell.

The core knows no other room: whoever has a count to show beside 今日 registers it when its app
is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import NoReverseMatch, reverse

from qianxian.core.models import User
from qianxian.core.people.rights import may_manage


@dataclass(frozen=True, slots=True)
class RailItem:
    """A room of the rail. `prefix` is the first part of its pages' addresses."""

    name: str
    label: str
    icon: str
    url_name: str
    prefix: str


RAIL = (
    RailItem("today", "今日", "i-today", "today", "/"),
    RailItem("matters", "事项", "i-matter", "matters:list", "/matters/"),
    RailItem("ledgers", "台账", "i-ledger", "ledgers:index", "/ledgers/"),
    RailItem("plans", "计划", "i-plan", "plans:index", "/plans/"),
    RailItem("figures", "数字", "i-figure", "indicators:ask", "/figures/"),
    RailItem("reports", "报告", "i-report", "reports:index", "/reports/"),
    RailItem("returns", "报表", "i-return", "returns:index", "/returns/"),
    RailItem("disclosure", "公开", "i-public", "disclosure:index", "/disclosure/"),
    RailItem("people", "岗位", "i-people", "people:index", "/people/"),
)
# Rooms of those who have something to do there; the others reach them from their own name.
_ONLY_FOR: dict[str, Callable[[User, date], bool]] = {"people": may_manage}


@dataclass(frozen=True, slots=True)
class Room:
    """A room as one person sees it from one page."""

    name: str
    label: str
    icon: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """All that the frame of a page says: where, who, in which post, and the rooms.

    `who` is empty where nobody is signed in. `is_jotting`: the page is 记一笔 itself.
    """

    place: str = ""
    who: str = ""
    post: str = ""
    rank: str = ""
    must_confirm: bool = False
    is_jotting: bool = False
    rail: tuple[Room, ...] = ()


_counters: dict[str, Callable[[User, date], int]] = {}


def register_count(item: str, counter: Callable[[User, date], int]) -> None:
    """Show `counter(user, today)` beside a rail item."""
    _counters[item] = counter


def rail(user: User, path: str, on: date) -> tuple[Room, ...]:
    """The rooms that are open to this person."""
    return tuple(
        Room(
            item.name,
            item.label,
            item.icon,
            url,
            count=_counters[item.name](user, on) if item.name in _counters else 0,
            current=path == "/" if item.prefix == "/" else path.startswith(item.prefix),
        )
        for item in RAIL
        if item.name not in _ONLY_FOR or _ONLY_FOR[item.name](user, on)
        # A room that is not built yet is not promised either.
        if (url := url_of(item.url_name))
    )


@cache
def url_of(name: str) -> str:
    """The address of a page of the frame; empty where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
