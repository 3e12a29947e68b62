"""Numbers, units, periods and figures, with finishing in exact decimals. Knows no other room."""

from __future__ import annotations

from qianxian_figures._errors import BadPeriod, FiguresError, UnitMismatch, UnknownUnit
from qianxian_figures._figure import Bound, Coverage, Figure, Kind, Rows, Span, Status
from qianxian_figures._period import Period

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
    "UnitMismatch",
    "UnknownUnit",
]
