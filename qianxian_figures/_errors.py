"""Errors of this library.

FiguresError
├── UnknownUnit      a unit that the unit table does not hold
├── UnitMismatch     two figures that cannot be compared or added
└── BadPeriod        text that names no period
"""

from __future__ import annotations


class FiguresError(Exception):
    """Base of every error raised here."""


class UnknownUnit(FiguresError):
    """A unit that the unit table does not hold."""


class UnitMismatch(FiguresError):
    """Two figures whose units measure different things."""


class BadPeriod(FiguresError):
    """Text that names no period."""
