"""The sheet of Friday: what is over its time and what soon will be, by post and by village."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.core.templatetags import _dates as dates
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.states import risen_of
from qianxian.matters import queries
from qianxian.matters.forms import LateForm
from qianxian.matters.queries import Waiting
from qianxian.matters.rows import where

# More than this no meeting reads; the file says that it was cut.
MOST = 2_000
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One matter of the sheet."""

    item: Waiting
    village: Place
    risen: str
    days_left: int

    @property
    def where(self) -> str:
        return where(self.item.entry.place)

    @property
    def stuck(self) -> str:
        """What is to be done there; the post heads its block already."""
        return self.item.doing


@dataclass(frozen=True, slots=True)
class Block:
    """The matters that wait for one post, longest over first."""

    post: str
    lines: tuple[Line, ...]

    @property
    def over(self) -> int:
        return sum(line.item.days_over > 0 for line in self.lines)

    @property
    def soon(self) -> int:
        return len(self.lines) - self.over


@dataclass(frozen=True, slots=True)
class LateSheet:
    """The sheet of one reader, by the conditions given."""

    form: LateForm
    chips: list[tuple[str, str]]
    on: date
    until: date
    blocks: tuple[Block, ...]
    villages: tuple[tuple[Place, int, int], ...]
    is_cut: bool

    @property
    def over(self) -> int:
        return sum(block.over for block in self.blocks)

    @property
    def soon(self) -> int:
        return sum(block.soon for block in self.blocks)


def late_sheet(user: User, on: date, given: Mapping[str, str]) -> LateSheet:
    """Open matters that are due by the end of the week, through the gate. Five queries."""
    form = _form(user, on, given)
    form.is_valid()
    asked = form.cleaned_data
    until = _sunday(date.fromisoformat(asked.get("week") or on.isoformat()))
    found = list(_rows(user, on, until, asked)[: MOST + 1])
    lines = _lines(found[:MOST], on)
    return LateSheet(
        form,
        _chips(form),
        on,
        until,
        tuple(_blocks(lines)),
        tuple(_villages(lines)),
        len(found) > MOST,
    )


def _sunday(day: date) -> date:
    return day + _DAY * (6 - day.weekday())


def _rows(user: User, on: date, until: date, asked: Mapping[str, str]) -> EntryQuerySet:
    rows = queries.matters().visible_to(user, on)
    rows = rows.filter(queries.in_states("open") | Q(offered__isnull=False), due_on__lte=until)
    if line := asked.get("line"):
        rows = rows.filter(
            ledger__in=[x.id for x in catalogue().ledgers.values() if x.line == line]
        )
    if village := asked.get("village"):
        rows = rows.filter(Q(place=village) | Q(place__parent=village))
    return rows.select_related(
        "place__parent", "post__office", "offered__office", "subject"
    ).order_by("due_on", "pk")


def _lines(entries: Sequence[Entry], on: date) -> list[Line]:
    codes = {post for entry in entries for post in risen_of(entry.risen).values()}
    names = dict(Post.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [
        Line(
            queries.waiting(entry, on),
            _village_of(entry.place),
            "、".join(
                names.get(post, post) for post in dict.fromkeys(risen_of(entry.risen).values())
            ),
            (entry.due_on - on).days if entry.due_on else 0,
        )
        for entry in entries
    ]


def _village_of(place: Place) -> Place:
    is_group = place.level == Place.Level.GROUP
    return place.parent if is_group and place.parent else place


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """By post, the one with most over its time first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        post = line.item.post
        found.setdefault(str(post) if post else "没有岗位接", []).append(line)
    blocks = [Block(post, tuple(own)) for post, own in found.items()]
    return iter(sorted(blocks, key=lambda block: (-block.over, -block.soon, block.post)))


def _villages(lines: Iterable[Line]) -> Iterator[tuple[Place, int, int]]:
    """Village, how many over, how many soon: in official order, no ranking."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.village.pk, []).append(line)
    for _code, own in sorted(found.items()):
        over = sum(line.item.days_over > 0 for line in own)
        yield own[0].village, over, len(own) - over


def _form(user: User, on: date, given: Mapping[str, str]) -> LateForm:
    this = _sunday(on)
    weeks = [this + _WEEK * n for n in (0, 1, 2, -1, -2)]
    seen = {reach.line for reach in gate.reaches(user, Permission.ENTRY_VIEW, on)}
    wanted_lines = dict.fromkeys(x.line for x in catalogue().ledgers.values() if x.flow)
    lines = [catalogue().lines[line] for line in wanted_lines if seen & {"", line}]
    villages = Place.objects.filter(
        gate.visible_places(user, Permission.ENTRY_VIEW, on), level=Place.Level.VILLAGE
    )
    wanted = {name: given.get(name, "") for name in ("week", "line", "village")}
    return LateForm(
        {**wanted, "week": wanted["week"] or this.isoformat()},
        weeks=[(day.isoformat(), _week_label(day, this)) for day in weeks],
        lines=[(line.id, line.name) for line in lines],
        villages=villages,
    )


def _week_label(sunday: date, this: date) -> str:
    names = {0: "本周", 7: "下周", 14: "下下周", -7: "上周", -14: "上上周"}
    span = f"{dates.short_day(sunday - _DAY * 6, this)}—{dates.short_day(sunday, this)}"
    return f"{names[(sunday - this).days]}（{span}）"


def _chips(form: LateForm) -> list[tuple[str, str]]:
    given = {name: value for name, value in form.cleaned_data.items() if value}
    found = []
    for name in ("line", "village"):
        if value := given.get(name):
            label = dict(getattr(form.fields[name], "choices", ())).get(value, value)
            rest = {key: kept for key, kept in given.items() if key != name}
            found.append((f"{form.fields[name].label}：{label}", f"?{urlencode(rest)}"))
    return found


@dataclass(frozen=True, slots=True)
class LateFile:
    """The sheet as a file."""

    sheet: LateSheet
    user: User
    at: datetime

    @property
    def name(self) -> str:
        return _("Late and due soon")

    def heads(self) -> list[str]:
        return [
            "岗位",
            "事项",
            "类别",
            "地方",
            "状态",
            "到期",
            "超期天数",
            "还剩天数",
            "卡在",
            "已升级到",
        ]

    def values(self) -> Iterator[list[Any]]:
        for block in self.sheet.blocks:
            for line in block.lines:
                item = line.item
                over = item.days_over or None
                left = line.days_left if not over else None
                yield [
                    block.post,
                    item.entry.title,
                    item.flow.name,
                    line.where,
                    item.state,
                    item.entry.due_on,
                    over,
                    left,
                    line.stuck,
                    line.risen,
                ]

    def told(self) -> list[str]:
        chips = "；".join(words for words, _without in self.sheet.chips) or _("none")
        moment = dates.moment(timezone.localtime(self.at))
        cut = [f"只有前 {MOST} 件。"] if self.sheet.is_cut else []
        return [
            self.name,
            _("Data as of %(moment)s.") % {"moment": moment},
            f"没办结、到 {dates.day(self.sheet.until)} 为止到期的事项。",
            _("Conditions: %(chips)s.") % {"chips": chips},
            _("Exported by %(name)s. Only what this account may see.") % {"name": self.user.name},
            *cut,
        ]
