"""Workers on PostgreSQL know of each other's death by the locks of their sessions."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db.utils import OperationalError

from qianxian.core import liveness
from qianxian.core.liveness import AdvisoryLock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine() -> Iterator[AdvisoryLock]:
    lock = AdvisoryLock()
    yield lock
    lock.release()


def test_a_worker_with_an_open_session_is_alive(mine: AdvisoryLock) -> None:
    other = AdvisoryLock()

    assert not mine.is_dead(other.worker_id)
    assert not mine.is_dead(mine.worker_id)

    other.release()
    until = time.monotonic() + 10
    while not mine.is_dead(other.worker_id):  # the server takes a moment to see the end
        assert time.monotonic() < until
        time.sleep(0.05)
    assert mine.is_dead(other.worker_id)


def test_a_worker_that_never_was_is_dead(mine: AdvisoryLock) -> None:
    assert mine.is_dead("nobody")


def test_several_workers_may_hold_one_database(mine: AdvisoryLock) -> None:
    other = liveness.take()

    assert isinstance(other, AdvisoryLock)
    other.check()
    other.release()


def test_a_worker_whose_session_broke_notices(mine: AdvisoryLock) -> None:
    mine.check()
    with mine._session.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    other = AdvisoryLock()
    with other._session.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    other.release()

    with pytest.raises(OperationalError):
        mine.check()
