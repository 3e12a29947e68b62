"""What the tests of pages share: somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from qianxian.core.models import User


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """as_user(clerk): a client of its own for each, so that several may act in one test."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
