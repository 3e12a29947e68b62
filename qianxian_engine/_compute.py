"""Figures from the exact parts that an engine counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

from qianxian_engine._attestation import Attested, CoverageOf
from qianxian_engine._engines import EngineName, engine_of
from qianxian_engine._measure import Measure, find_indicator, leaves, measure
from qianxian_engine._places import Level, Mode, PlaceTree
from qianxian_engine._request import Cell, Parts, Request
from qianxian_engine._source import LedgerSource
from qianxian_figures import Figure, Period, Rows, convert, is_comparable, rate
from qianxian_packs import Catalogue, Indicator, Ledger

_NOTHING = Parts(rows=0, value=None)
_ZERO = Decimal(0)
# What the pair 户/人 is counted in.
_HOUSEHOLDS, _PERSONS = "户", "人"


def compute(
    catalogue: Catalogue,
    indicators: Sequence[str],
    places: Sequence[str],
    periods: Sequence[Period],
    *,
    as_of: int,
    source: LedgerSource,
    tree: PlaceTree,
    attested: Attested,
    mode: Mode = "as_then",
    engine: EngineName = "duckdb",
) -> list[Figure]:
    """One figure an indicator, place and period, in that order of nesting.

    A value is known where an entry adds to it. Without any entry it is 0 if a place has attested
    that there is none, and None if nobody has. For a parent place it is the sum of what is known,
    and coverage says which places have attested and which are missing.

    A rate has its two parts in `parts`. So has an indicator that counts households and persons:
    its value is that of the households.

    Errors: UnknownIndicator, UnknownPlace, BadRequest, LakeDamaged.
    """
    if not (indicators and places and periods):
        return []
    names = tuple(dict.fromkeys(leaf for name in indicators for leaf in leaves(catalogue, name)))
    request = Request(names, tuple(places), tuple(periods), as_of, mode)
    parts = engine_of(engine).parts(catalogue, request, source, tree)
    block = _Block(catalogue, request, parts, tree, attested)
    return [
        figure for name in indicators for figure in block.figures(find_indicator(catalogue, name))
    ]


class _Block:
    """The cells of one request, made into figures."""

    def __init__(
        self,
        catalogue: Catalogue,
        request: Request,
        parts: Mapping[Cell, Parts],
        tree: PlaceTree,
        attested: Attested,
    ) -> None:
        self._catalogue = catalogue
        self._request = request
        self._parts = parts
        self._coverage_of = cache(CoverageOf(tree, request.mode, attested, request.as_of))
        # A figure asked for by itself may be a part of a rate too.
        self._counted = cache(self._count)

    def figures(self, indicator: Indicator) -> list[Figure]:
        """All figures of an indicator, place by place."""
        names = leaves(self._catalogue, indicator.id)
        parts = [self._counted(name) for name in names]
        if indicator.kind != "rate":
            return parts[0]
        return [
            rate(*sides, measure=indicator.name, unit=indicator.unit, indicator=indicator.id)
            for sides in zip(*parts, strict=True)
        ]

    def _count(self, name: str) -> list[Figure]:
        indicator, measured = self._catalogue.indicators[name], measure(self._catalogue, name)
        i = self._request.indicators.index(name)
        return [
            self._figure(indicator, measured, place, period, self._parts.get((i, p, t), _NOTHING))
            for p, place in enumerate(self._request.places)
            for t, period in enumerate(self._request.periods)
        ]

    def _figure(
        self, indicator: Indicator, measured: Measure, place: str, period: Period, found: Parts
    ) -> Figure:
        ledger = measured.ledger
        covered = self._coverage_of(ledger.id, _attesting_level(ledger), place, period)
        is_zero = bool(covered.attested) and not found.rows

        def figure(
            value: Decimal | None, unit: str = indicator.unit, parts: tuple[Figure, ...] = ()
        ) -> Figure:
            return Figure(
                measure=indicator.name,
                value=_ZERO if is_zero else value,
                unit=unit,
                indicator=indicator.id,
                place=place,
                period=period,
                as_of=self._request.as_of,
                coverage=covered,
                provenance=Rows(ledger.id, found.rows),
                parts=parts,
            )

        if not indicator.counts:
            return figure(_in_unit_of(indicator, found.value, measured.unit))
        pair = (figure(found.value, _HOUSEHOLDS), figure(found.persons, _PERSONS))
        return figure(found.value, parts=pair)


def _in_unit_of(indicator: Indicator, value: Decimal | None, unit: str) -> Decimal | None:
    """Entries hold 米, the indicator says 公里: converted once, after the sum, and exactly.

    A definition of long ago may name a unit of another kind; its figures stay what they were.
    """
    if value is None or not unit or not is_comparable(unit, indicator.unit):
        return value
    return convert(value, unit, indicator.unit)


def _attesting_level(ledger: Ledger) -> Level:
    """Villages attest for their groups; a ledger of the township is attested by the township."""
    return "village" if ledger.place == "group" else ledger.place
