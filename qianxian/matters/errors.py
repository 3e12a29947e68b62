"""Errors of matters.

UserError
├── StepRefused    a step cannot be taken now, or not by this person
└── BadPhoto       a picture cannot be read or is too large
"""

from __future__ import annotations

from collections.abc import Iterable

from qianxian.core.errors import UserError
from qianxian.matters.flows import Need


class StepRefused(UserError):
    """Nothing that could be typed on the form opens it. `needs` says what stands before it."""

    def __init__(self, says: str, needs: Iterable[Need] = ()) -> None:
        super().__init__(says)
        self.needs = tuple(needs)


class BadPhoto(UserError):
    """Says what is wrong with the picture and what to do."""
