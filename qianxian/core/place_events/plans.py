"""What an event does to the tree, worked out before anything is written.

A code names one place for ever. So what moves below another place, or out of one, ends and goes on
under a new code, and the old one names its successor: figures of then stay where they were
(`as_then`), and figures of now find their way (`as_now`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qianxian.core.errors import UserError
from qianxian.core.models import Place, PlaceEvent

Kind, Level = PlaceEvent.Kind, Place.Level
_MOST_GROUPS = 999


class BadPlan(UserError):
    """What cannot be, at its field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Opened:
    """A place that begins with the event."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One event. `ended` maps the codes of places that end to their successors; the last day of
    the old order is the day before `on`. `into` is the code of the place that takes over."""

    kind: str
    place: Place
    on: date
    note: str = ""
    into: str = ""
    opened: tuple[Opened, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def touched(self) -> list[str]:
        return [*self.ended, *self.renamed]


def rename(place: Place, name: str, on: date, note: str = "") -> Plan:
    """From this day on the place has another name; the old one is still understood."""
    _refuse_ended(place, on)
    if not name.strip():
        raise BadPlan({"name": "还没写新名字。"})
    if name.strip() == place.name:
        raise BadPlan({"name": "和现在的名字一样。请写新名字。"})
    _refuse_taken(name.strip(), place.level, place.parent_id or "")
    return Plan(Kind.RENAMED, place, on, note, renamed={place.code: name.strip()})


def merge(
    place: Place, into: Place, on: date, names: Mapping[str, str] | None = None, note: str = ""
) -> Plan:
    """A place becomes part of another of its level. `names` are those that its groups get there."""
    _refuse_unlike(place, into, on)
    if place.level == Level.GROUP:
        return Plan(Kind.MERGED, place, on, note, into.code, ended={place.code: into.code})
    groups = standing_groups(place)
    wanted = proposed_names(place, into) | dict(names or {})
    opened = _opened(groups, wanted, into.code, into)
    ended = {place.code: into.code}
    ended |= {old.code: new.code for old, new in zip(groups, opened, strict=True)}
    return Plan(Kind.MERGED, place, on, note, into.code, tuple(opened), ended)


def split(
    place: Place,
    name: str,
    code: str,
    groups: Iterable[str],
    on: date,
    note: str = "",
) -> Plan:
    """Some groups of a village become a village of their own; what is left keeps its code."""
    _refuse_ended(place, on)
    chosen = set(groups)
    standing = standing_groups(place)
    leaving = [group for group in standing if group.code in chosen]
    faults = {}
    if place.level != Level.VILLAGE:
        faults[""] = "只有村能拆出新村来。"
    if not leaving:
        faults["groups"] = "还没选哪些组分出去。至少选一个组。"
    elif len(leaving) == len(standing):
        faults["groups"] = "组都分出去，原来的村就空了。要改名，用更名。"
    if not name.strip():
        faults["name"] = "还没写新村的名字。"
    if fault := _fault_of_code(code, place):
        faults["code"] = fault
    if faults:
        raise BadPlan(faults)
    _refuse_taken(name.strip(), Level.VILLAGE, place.parent_id or "")
    village = Opened(code, name.strip(), Level.VILLAGE, place.parent_id or "")
    opened = _opened(leaving, {g.code: g.name for g in leaving}, code, None)
    ended = {old.code: new.code for old, new in zip(leaving, opened, strict=True)}
    return Plan(Kind.SPLIT, place, on, note, code, (village, *opened), ended)


def give(group: Place, to: Place, on: date, name: str = "", note: str = "") -> Plan:
    """A group goes over to another village, under a new code there."""
    _refuse_ended(group, on)
    _refuse_ended(to, on)
    if group.level != Level.GROUP or to.level != Level.VILLAGE:
        raise BadPlan({"to": "只有组能划归别的村。整个村并过去，用并入。"})
    if group.parent_id == to.code:
        raise BadPlan({"to": f"{group}就在{to}。请选划归的村。"})
    if _township(group) != _township(to):
        raise BadPlan({"to": "两个村不在一个乡镇，不能这样划。请县里一起调。"})
    try:
        opened = _opened([group], {group.code: name.strip() or group.name}, to.code, to)
    except BadPlan as error:
        raise BadPlan({"name": str(error)}) from error
    ended = {group.code: opened[0].code}
    return Plan(Kind.MOVED, group, on, note, to.code, tuple(opened), ended)


def standing_groups(village: Place) -> list[Place]:
    rows = Place.objects.filter(parent=village, level=Level.GROUP, valid_to__isnull=True)
    return list(rows.order_by("code"))


def proposed_names(place: Place, into: Place) -> dict[str, str]:
    """Code of each group → its name; where that is taken, with the village's name before it."""
    taken = {group.name for group in standing_groups(into)}
    short = place.name.removesuffix("村")
    return {
        group.code: f"{short}{group.name}" if group.name in taken else group.name
        for group in standing_groups(place)
    }


def free_village_code(township: Place) -> str:
    """The code after the last one of a village here; the statistical bureau gives the real one."""
    stem = township.code[:9]
    villages = Place.objects.filter(code__startswith=stem, level=Level.VILLAGE)
    last = villages.order_by("-code").values_list("code", flat=True).first()
    return f"{stem}{int(last[9:]) + 1:03}" if last else f"{stem}200"


def _opened(
    groups: Iterable[Place], names: Mapping[str, str], village: str, known: Place | None
) -> list[Opened]:
    """The same groups below a village, with the next codes there."""
    there = Place.objects.filter(parent=village) if known else Place.objects.none()
    standing = {p.name for p in there if p.valid_to is None}
    numbers = (n for n in range(1, _MOST_GROUPS + 1) if f"{village}{n:03}" not in _codes(there))
    found = []
    for group in groups:
        name = names.get(group.code, group.name).strip()
        if not name:
            raise BadPlan({f"name_{group.code}": f"还没写{group}到那边叫什么。"})
        if name in standing:
            raise BadPlan({f"name_{group.code}": f"那边已经有{name}了。请换一个名字。"})
        standing.add(name)
        found.append(Opened(f"{village}{next(numbers):03}", name, Level.GROUP, village))
    return found


def _codes(places: Iterable[Place]) -> set[str]:
    return {place.code for place in places}


def _refuse_unlike(place: Place, into: Place, on: date) -> None:
    _refuse_ended(place, on)
    _refuse_ended(into, on)
    if place.level != into.level or place.pk == into.pk:
        raise BadPlan({"into": f"{place}不能并入{into}：两边要是同一级的两个地方。"})
    if _township(place) != _township(into):
        raise BadPlan({"into": "两边不在一个乡镇，不能这样并。请县里一起调。"})
    if place.level == Level.GROUP and place.parent_id != into.parent_id:
        raise BadPlan({"into": "两个组不在一个村。先划归那个村，再合并。"})


def _refuse_ended(place: Place, on: date) -> None:
    if place.valid_to:
        raise BadPlan({"": f"{place}已在{place.valid_to}撤销，不能再改。"})
    if place.valid_from and on <= place.valid_from:
        raise BadPlan({"on": f"{place}是{place.valid_from}才设的，要在那以后。"})


def _refuse_taken(name: str, level: str, parent: str) -> None:
    rows = Place.objects.filter(name=name, level=level, parent=parent, valid_to__isnull=True)
    if rows.exists():
        raise BadPlan({"name": f"已经有{name}了。请换一个名字。"})


def _fault_of_code(code: str, place: Place) -> str:
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        return "村的代码是12位数字，照统计区划代码写。"
    if code[:9] != place.code[:9]:
        return f"前9位是乡镇的代码，应是{place.code[:9]}。"
    return "这个代码有别的地方在用。" if Place.objects.filter(code=code).exists() else ""


def _township(place: Place) -> str:
    return place.path.split("/")[1]
