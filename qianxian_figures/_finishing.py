"""What is done to exact parts at the very end: division, growth, share, rank, rounding.

Everything here is a pure function of decimals and figures. A value that is not known, and a
division by zero, give None, never 0. Nothing is rounded but by `rounded`, once, where a value is
shown; a quotient keeps the 28 digits of the default decimal context until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from qianxian_figures._errors import UnitMismatch
from qianxian_figures._figure import Coverage, Figure, Kind
from qianxian_figures._units import canonical

PERCENT = "%"
POINTS = "百分点"
PLACE_IN_RANKING = "位"
# A rate is a bare quotient unless its unit says per how many.
_PER = {PERCENT: Decimal(100), "‰": Decimal(1000)}


def rounded(value: Decimal, digits: int = 0) -> Decimal:
    """Round half away from zero (四舍五入), as printed tables do."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def divide(
    numerator: Decimal | None, denominator: Decimal | None, *, per: Decimal = Decimal(1)
) -> Decimal | None:
    """The quotient times `per`; None where a side is not known or the denominator is zero."""
    if numerator is None or not denominator:
        return None
    return numerator * per / denominator


def rate(
    numerator: Figure, denominator: Figure, *, measure: str, unit: str, indicator: str | None
) -> Figure:
    """Divide two figures of one place and period; a unit of % or ‰ multiplies the quotient.

    A place covers the rate only if it covers both parts.
    """
    per = _PER.get(canonical(unit), Decimal(1))
    return replace(
        numerator,
        measure=measure,
        indicator=indicator,
        unit=unit,
        kind=Kind.RATE,
        value=divide(numerator.value, denominator.value, per=per),
        coverage=_joint(numerator.coverage, denominator.coverage),
        provenance=None,
        parts=(numerator, denominator),
    )


def share(part: Figure, whole: Figure) -> Figure:
    """The part as a percentage of the whole. Errors: UnitMismatch."""
    _refuse_other_unit(part, whole)
    return rate(part, whole, measure=part.measure, unit=PERCENT, indicator=part.indicator)


def progress(actual: Figure, target: Figure) -> Figure:
    """The percentage of a target that is done; None for a target of zero. Errors: UnitMismatch."""
    done = share(actual, target)
    return replace(done, coverage=actual.coverage)


def growth(now: Figure, base: Figure) -> Figure:
    """How much more (同比, 环比): a percentage, or percentage points between two rates.

    Nulls:  None where either is not known. A level cannot grow from zero or from below it in
            per cent, so that is None too.
    Errors: UnitMismatch where the two do not measure in the same unit.
    """
    _refuse_other_unit(now, base)
    in_points = now.kind is Kind.RATE
    return replace(
        now,
        value=_more(now.value, base.value) if in_points else _grown(now.value, base.value),
        unit=POINTS if in_points else PERCENT,
        kind=Kind.CHANGE,
        provenance=None,
        parts=(now, base),
    )


def ranks(figures: Sequence[Figure], *, better: Literal["more", "less"]) -> tuple[Figure, ...]:
    """The place of each figure among all, 1 the best; equals share a place and the next is left out.

    The result is in the order of `figures`. One that is not known has no place: None.
    """
    known = sorted(f.value for f in figures if f.value is not None)
    if better == "more":
        known.reverse()
    return tuple(
        replace(
            figure,
            value=None if figure.value is None else Decimal(known.index(figure.value) + 1),
            unit=PLACE_IN_RANKING,
            kind=Kind.RANK,
            provenance=None,
            parts=(figure,),
        )
        for figure in figures
    )


def _more(now: Decimal | None, base: Decimal | None) -> Decimal | None:
    return None if now is None or base is None else now - base


def _grown(now: Decimal | None, base: Decimal | None) -> Decimal | None:
    if base is None or base <= 0:
        return None
    return divide(_more(now, base), base, per=_PER[PERCENT])


def _joint(one: Coverage | None, other: Coverage | None) -> Coverage | None:
    if one is None or other is None:
        return one or other
    missing = {*one.missing, *other.missing}
    attested = {*one.attested, *other.attested} - missing
    return Coverage(tuple(sorted(attested)), tuple(sorted(missing)))


def _refuse_other_unit(one: Figure, other: Figure) -> None:
    if canonical(one.unit) != canonical(other.unit):
        raise UnitMismatch(f"{one.measure} is in {one.unit}, {other.measure} in {other.unit}")
