"""Pages of ledgers, opened on the day on which the tests take place."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from tests.unit.ledgers.conftest import (
    cleanup,
    everywhere,
    letters,
    more_packs,
    patrol,
    petition,
    toilets,
)

__all__ = ["cleanup", "everywhere", "letters", "more_packs", "patrol", "petition", "toilets"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Views ask the clock; here it stands still."""
    monkeypatch.setattr(timezone, "now", lambda: now)
