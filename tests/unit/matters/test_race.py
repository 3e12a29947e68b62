"""Two people press at the same moment: one step is taken, and the other hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from qianxian.core.errors import Conflict
from qianxian.core.models import Stream
from qianxian.core.verify import verify
from qianxian.ledgers.models import Entry
from qianxian.matters.acts import acts_of
from tests.unit.matters.office import Office


def is_shared_by_threads() -> bool:
    """The test database of SQLite is in memory; two threads on it fail instead of waiting."""
    return connection.vendor != "sqlite"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_of_two_who_press_at_once_one_wins_and_the_other_hears_who_was_first(
    attempt: int, matter: Entry, office: Office, start: datetime
) -> None:
    if not is_shared_by_threads():
        pytest.skip("needs a database that threads share: run on PostgreSQL by tests/postgres")
    office.walk(matter, ("declare", "start", "complete"), start)
    later = start + timedelta(days=4)
    together = Barrier(2)

    def press(step: str, rank: str) -> str:
        seen = Entry.objects.get(pk=matter.pk)
        photos = [office.photo()] if step == "accept" else []
        try:
            together.wait(10)
            people = getattr(office, rank)
            office.take(seen, step, later, by=people["acceptance_officer"], photos=photos)
        except Conflict as conflict:
            return str(conflict)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(press, ("accept", "send_back"), ("a", "b")))

    matter.refresh_from_db()
    winner = said.index("")
    assert matter.state == ("accepted", "rework")[winner]
    assert ("陈秋月", "周小满")[winner] in said[1 - winner]
    assert len([act for act in acts_of(matter) if act.step]) == 4
    assert list(verify(Stream.objects.get())) == []
