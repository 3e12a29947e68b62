"""Figures for pages, plans and reports. Every one of them is computed here and nowhere else.

Permission decides whether a person sees a figure, and separately its rows; it never changes the
sum. So `figures` computes without asking who; pages ask `require_figure` first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from qianxian.core import gate
from qianxian.core.commits import head_number
from qianxian.core.definitions import catalogue_as_of
from qianxian.core.errors import NotVisible
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import place_tree, township_of
from qianxian.indicators import lake
from qianxian.indicators.source import source_of
from qianxian.indicators.versions import attested
from qianxian_engine import EngineName, LakeDamaged, LakeSource, Mode, TraceRow, compute, trace
from qianxian_figures import Figure, Period
from qianxian_packs import Catalogue, Indicator

log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a computation stands on: take it once, ask it often.

    `as_of` is the number of the commit that all figures of this reading are as of.
    """

    township: Place
    as_of: int
    catalogue: Catalogue

    @classmethod
    def of(cls, township: Place, as_of: int | None = None) -> Reading:
        number = head_number(township) if as_of is None else as_of
        return cls(township, number, catalogue_as_of(township, number))

    def figures(
        self,
        indicators: Sequence[str],
        places: Sequence[str],
        periods: Sequence[Period],
        *,
        mode: Mode = "as_then",
        engine: EngineName = "duckdb",
    ) -> list[Figure]:
        """One figure an indicator, place and period, in that order of nesting."""
        return self._from_lake(
            lambda source: compute(
                self.catalogue,
                indicators,
                places,
                periods,
                as_of=self.as_of,
                source=source,
                tree=place_tree(self.township),
                mode=mode,
                attested=attested(self.township),
                engine=engine,
            )
        )

    def trace(
        self, indicator: str, place: str, period: Period, *, mode: Mode = "as_then"
    ) -> list[TraceRow]:
        """The entries behind a figure."""
        return self._from_lake(
            lambda source: trace(
                self.catalogue,
                indicator,
                place,
                period,
                as_of=self.as_of,
                source=source,
                tree=place_tree(self.township),
                mode=mode,
            )
        )

    def _from_lake(self, ask: Callable[[LakeSource], _T]) -> _T:
        """Ask the lake. A damaged file costs time, never a figure: the revisions have it all."""
        for _ in self.catalogue.ledgers:
            try:
                return ask(source_of(self.township))
            except LakeDamaged as damage:
                log.error("lake: %s; read from the revisions until it is sealed anew", damage)
                lake.forget(self.township, damage.ledger)
        return ask(source_of(self.township))


def figure(indicator: str, place: Place, period: Period, *, as_of: int | None = None) -> Figure:
    """One figure, for whoever may have it: callers have passed the gate."""
    return Reading.of(township_of(place), as_of).figures([indicator], [place.code], [period])[0]


def require_figure(user: User, indicator: Indicator, place: Place, on: date) -> None:
    """NotVisible unless the user may see figures of this line at this place."""
    if not gate.can(user, Permission.FIGURE_VIEW, line=indicator.line, place=place, on=on):
        raise NotVisible("没有这个数，或者不归你的岗位看。")
