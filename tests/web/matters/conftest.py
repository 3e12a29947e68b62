"""The office of the unit tests, seen through pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.unit.matters.conftest import chief_clerk, make_matter, matter, office

__all__ = ["chief_clerk", "make_matter", "matter", "office"]


@pytest.fixture
def start() -> datetime:
    """Pages use the real clock, so the life of a matter begins a while before today."""
    return timezone.now() - timedelta(days=6)
