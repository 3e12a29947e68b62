"""Numbers, units, periods and figures, with finishing in exact decimals. Knows no other room."""

from __future__ import annotations

from qianxian_figures._errors import BadPeriod, FiguresError, UnitMismatch, UnknownUnit
from qianxian_figures._figure import Bound, Coverage, Figure, Kind, Rows, Span, Status
from qianxian_figures._numerals import arabic, chinese, number, scale
from qianxian_figures._period import Period
from qianxian_figures._units import (
    Unit,
    canonical,
    convert,
    is_comparable,
    spellings,
    unit,
    units,
)

__all__ = [
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
    "convert",
    "is_comparable",
    "number",
    "scale",
    "spellings",
    "unit",
    "units",
]
