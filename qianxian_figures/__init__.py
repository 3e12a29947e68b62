"""Numbers, units, periods and figures, with finishing in exact decimals. Knows no other room."""

from __future__ import annotations

from qianxian_figures._errors import BadPeriod, FiguresError, UnitMismatch, UnknownUnit
from qianxian_figures._figure import Bound, Coverage, Figure, Kind, Rows, Span, Status
from qianxian_figures._finishing import divide, growth, progress, ranks, rate, rounded, share
from qianxian_figures._numerals import (
    LARGEST_NUMERAL,
    arabic,
    chinese,
    chinese_numeral,
    number,
    scale,
)
from qianxian_figures._period import Period
from qianxian_figures._suppression import SMALL_COUNT, suppressed
from qianxian_figures._units import (
    Unit,
    canonical,
    convert,
    is_comparable,
    is_count,
    spellings,
    unit,
    units,
)

__all__ = [
    "LARGEST_NUMERAL",
    "SMALL_COUNT",
    "BadPeriod",
    "Bound",
    "Coverage",
    "Figure",
    "FiguresError",
    "Kind",
    "Period",
    "Rows",
    "Span",
    "Status",
    "Unit",
    "UnitMismatch",
    "UnknownUnit",
    "arabic",
    "canonical",
    "chinese",
    "chinese_numeral",
    "convert",
    "divide",
    "growth",
    "is_comparable",
    "is_count",
    "number",
    "progress",
    "ranks",
    "rate",
    "rounded",
    "scale",
    "share",
    "spellings",
    "suppressed",
    "unit",
    "units",
]
