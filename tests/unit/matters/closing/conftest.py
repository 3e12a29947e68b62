"""The office of every duty, a hazard, and one that was ordered to be put right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from tests.unit.matters.closing.acting import ORDER, MakeHazard
from tests.unit.matters.office import Office
from tests.unit.matters.stage import Stage


@pytest.fixture
def township(db: None, standing_stage: Stage) -> Place:
    return standing_stage.township


@pytest.fixture
def village(db: None, standing_stage: Stage) -> Place:
    return standing_stage.village


@pytest.fixture
def group(db: None, standing_stage: Stage) -> Place:
    return standing_stage.group


@pytest.fixture
def clerk(db: None, standing_stage: Stage) -> User:
    return standing_stage.clerk


@pytest.fixture
def office(db: None, standing_stage: Stage) -> Office:
    return standing_stage.office_in(standing_stage.village)


@pytest.fixture
def make_hazard(make_entry: Callable[..., Entry], village: Place, start: datetime) -> MakeHazard:
    def make(level: str = "一般", **more: Any) -> Entry:
        values = {"found_on": "2026-11-03", "kind": "消防", "level": level, "description": "堵塞"}
        return make_entry("hazard", values, **{"place": village, "at": start, **more})

    return make


@pytest.fixture
def hazard(make_hazard: MakeHazard) -> Entry:
    return make_hazard()


@pytest.fixture
def ordered(hazard: Entry, office: Office, start: datetime) -> Entry:
    office.take(hazard, "order", start, ORDER)
    return hazard
