"""Many rows a statement are the rows that were given, however many are left over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from qianxian.core import bulk

pytestmark = pytest.mark.django_db

COLUMNS = ("session_key", "session_data", "expire_date")
AT = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 9])
def test_rows_that_fill_statements_and_rows_that_do_not(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Three rows a statement, and room for one value more.
    monkeypatch.setattr(bulk, "_VALUES_A_STATEMENT", 3 * len(COLUMNS) + 1)
    rows = [
        (f"key{n}", f"值{n}", connection.ops.adapt_datetimefield_value(AT)) for n in range(count)
    ]

    bulk.insert_rows(Session, COLUMNS, rows)

    found = Session.objects.order_by("session_key").values_list(*COLUMNS)
    assert list(found) == [(key, data, AT) for key, data, _ in rows]


def test_more_columns_than_values_at_once_are_still_inserted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "_VALUES_A_STATEMENT", 2)
    moment = connection.ops.adapt_datetimefield_value(AT)

    bulk.insert_rows(Session, COLUMNS, [("a", "1", moment), ("b", "2", moment)])

    assert Session.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is sent them together")
def test_a_thousand_rows_are_few_statements() -> None:
    moment = connection.ops.adapt_datetimefield_value(AT)
    rows = [(f"key{n}", "", moment) for n in range(1333 + 1)]

    with CaptureQueriesContext(connection) as asked:
        bulk.insert_rows(Session, COLUMNS, rows)

    assert len(asked) == 2
    assert Session.objects.count() == len(rows)


def test_what_a_query_gives_is_inserted_and_counted() -> None:
    moment = connection.ops.adapt_datetimefield_value(AT)
    bulk.insert_rows(Session, COLUMNS, [(f"key{n}", f"{n}", moment) for n in range(5)])

    given = {
        "session_key": Concat(Value("again-"), F("session_key")),
        "session_data": F("session_data"),
        "expire_date": F("expire_date"),
    }
    made = bulk.insert_selected(Session, given, Session.objects.filter(session_data__gte="2"))

    assert made == 3
    again = Session.objects.filter(session_key__startswith="again-").order_by("session_key")
    assert [row.session_data for row in again] == ["2", "3", "4"]
