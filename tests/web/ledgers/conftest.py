"""Pages of ledgers, opened on the day on which the tests take place."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from qianxian.core.models import User
from tests.unit.ledgers.conftest import (
    cleanup,
    everywhere,
    letters,
    more_packs,
    patrol,
    petition,
    toilets,
)
from tests.unit.ledgers.household import Family
from tests.web.ledgers.household_page import PHONE, MakeEntry

__all__ = ["cleanup", "everywhere", "letters", "more_packs", "patrol", "petition", "toilets"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Views ask the clock; here it stands still."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def family(make_entry: MakeEntry, everywhere: User, now: datetime) -> Family:
    values = {"head": "孙有福", "persons": 2, "kind": "一般农户", "phone": PHONE}
    return Family(make_entry("household", values), everywhere, now)
