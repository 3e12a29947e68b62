"""Indexes of the fields that definitions let filter."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from qianxian.core.models import User
from qianxian.ledgers.conditions import FieldIs
from qianxian.ledgers.indexes import ensure_indexes, existing, wanted
from qianxian.ledgers.listing import selected
from qianxian_packs import Ledger


def test_each_field_that_can_be_filtered_gets_one_index_and_only_once(
    db: None, patrol: Ledger
) -> None:
    made = ensure_indexes([patrol])
    again = ensure_indexes([patrol])

    fields = {name.removeprefix("entry_filter_patrol_").rpartition("_")[0] for name in made}
    # The business date has a column; of several choices no index can be made.
    assert fields == {"grade", "is_fixed", "next_on", "times", "times_whole"}
    assert again == []
    assert existing() == set(made)


def test_the_index_of_a_field_that_is_no_longer_filtered_is_dropped(
    db: None, patrol: Ledger, cleanup: Ledger
) -> None:
    made = ensure_indexes([patrol, cleanup])

    gone = ensure_indexes([cleanup])

    assert set(gone) == set(made) - set(wanted([cleanup]))
    assert existing() == set(wanted([cleanup]))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite tells its plan")
def test_a_list_that_is_filtered_finds_its_rows_by_the_index(
    everywhere: User, patrol: Ledger, today: date
) -> None:
    ensure_indexes([patrol])
    rows = selected(patrol, [FieldIs("grade", "重")], user=everywhere, on=today).order_by()
    sql, params = rows.query.sql_with_params()

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "entry_filter_patrol_grade" in plan
