"""The API on the day on which the tests take place."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from qianxian.core.models import User
from tests.unit.ledgers.conftest import cleanup, everywhere, letters, more_packs, patrol, petition
from tests.unit.matters.conftest import make_matter, matter, office, start
from tests.web.api.program import Program, program_of

__all__ = [
    "cleanup",
    "everywhere",
    "letters",
    "make_matter",
    "matter",
    "more_packs",
    "office",
    "patrol",
    "petition",
    "start",
]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The API asks the clock; here it stands still."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def program(everywhere: User) -> Program:
    """A program of the clerk's that may write in every ledger."""
    return program_of(everywhere)
