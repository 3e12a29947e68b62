"""The rooms of the rail, and what higher rooms hang on the shell.

The core knows no other room: whoever has a count to show beside 今日 registers it when its app
is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

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

_counters: dict[str, Callable[[User, date], int]] = {}


def register_count(item: str, counter: Callable[[User, date], int]) -> None:
    """Show `counter(user, today)` beside a rail item."""
    _counters[item] = counter


def rail(user: User, path: str, on: date) -> list[dict[str, object]]:
    """The rail as the base template wants it."""
    return [
        {
            "name": item.name,
            "label": item.label,
            "icon": item.icon,
            "url": url,
            "count": _counters[item.name](user, on) if item.name in _counters else 0,
            "current": path == "/" if item.prefix == "/" else path.startswith(item.prefix),
        }
        for item in RAIL
        if item.name not in _ONLY_FOR or _ONLY_FOR[item.name](user, on)
        # A room that is not built yet is not promised either.
        if (url := _url(item))
    ]


def _url(item: RailItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""
