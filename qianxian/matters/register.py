"""发文登记: every number that was given, in order, with what became of its paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.requests import whole_number
from qianxian.ledgers.models import Entry
from qianxian.matters.models import Paper
from qianxian.matters.papers import taken_back

_MOST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One number. Whoever may not see the matter sees it with its day and whether it stands."""

    paper: Paper
    is_void: bool
    why_void: str
    is_seen: bool
    may_void: bool


@dataclass(frozen=True, slots=True)
class Register:
    """One code in one year, the newest number first; `codes` and `years` to choose from."""

    lines: tuple[Line, ...]
    codes: tuple[str, ...]
    years: tuple[int, ...]
    code: str
    year: int

    @property
    def void(self) -> int:
        return sum(line.is_void for line in self.lines)


def register_of(user: User, on: date, given: Mapping[str, str]) -> Register:
    """The register of the townships that the reader sees a part of."""
    seen = Place.objects.filter(gate.visible_places(user, Permission.ENTRY_VIEW, on))
    paths = set(seen.values_list("path", flat=True))
    townships = [
        place.pk
        for place in Place.objects.filter(level=Place.Level.TOWNSHIP)
        if any(path.startswith(place.path) for path in paths)
    ]
    rows = Paper.objects.filter(township__in=townships)
    codes = tuple(rows.order_by("code").values_list("code", flat=True).distinct())
    years = tuple(rows.order_by("-year").values_list("year", flat=True).distinct())
    code = given.get("code", "") if given.get("code") in codes else next(iter(codes), "")
    asked = whole_number(given.get("year", ""))
    year = asked if asked in years else next(iter(years), on.year)
    chosen = list(rows.filter(code=code, year=year).select_related("entry__place")[:_MOST])
    return Register(tuple(_lines(chosen, user, on)), codes, years, code, year)


def _lines(papers: list[Paper], user: User, on: date) -> list[Line]:
    keys = [paper.entry_id for paper in papers]
    seen = set(Entry.objects.visible_to(user, on).filter(pk__in=keys).values_list("pk", flat=True))
    gone = taken_back(papers)
    reach = gate.reaches(user, Permission.ENTRY_CORRECT, on)
    return [
        Line(
            paper,
            is_void=paper.voided_at is not None or paper.pk in gone,
            why_void=_why_void(paper, gone) if paper.entry_id in seen else "",
            is_seen=paper.entry_id in seen,
            # One that went into another is gone from where papers are cancelled.
            may_void=not paper.entry.deleted
            and any(r.covers(paper.entry.definition.line, paper.entry.place.path) for r in reach),
        )
        for paper in papers
    ]


def _why_void(paper: Paper, gone: Collection[int]) -> str:
    return paper.void_reason or ("那一步撤回了" if paper.pk in gone else "")
