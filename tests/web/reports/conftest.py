"""The fixtures of unit/reports, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from qianxian.core.models import User
from tests.unit.reports.conftest import draft, ready, records, source, targets, writer

if TYPE_CHECKING:
    SignIn = Callable[[User], Client]

__all__ = ["draft", "ready", "records", "source", "targets", "writer"]


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
