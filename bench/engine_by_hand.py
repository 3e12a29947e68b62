"""The year's indicators of the environment pack as somebody would write them in SQL by hand.

The other side of the ratio: it knows that villages are the first twelve digits of a group's code,
that periods are months, and what each indicator is. It reads the same files and the same tail with
the same rule of what holds at a commit, and returns plain rows: no coverage, no figures.
"""

from __future__ import annotations

from typing import Any

import duckdb

from qianxian_engine import LakeSource

Answer = dict[tuple[str, str, int], Any]

_NOW = """
    newest AS (
        SELECT * FROM {ledger}_tail WHERE from_commit <= $as_of
        QUALIFY row_number() OVER (PARTITION BY entry ORDER BY from_commit DESC) = 1
    ),
    live AS MATERIALIZED (
        SELECT left(place, 12) AS village, {columns} FROM read_parquet($current)
        WHERE entry NOT IN (SELECT entry FROM newest)
        UNION ALL
        SELECT left(place, 12) AS village, {columns} FROM newest WHERE NOT deleted
    )
"""
_PAST = """
    live AS MATERIALIZED (
        SELECT left(place, 12) AS village, {columns} FROM read_parquet($current)
        WHERE from_commit <= $as_of
        UNION ALL
        SELECT left(place, 12) AS village, {columns} FROM read_parquet($history)
        WHERE from_commit <= $as_of AND to_commit > $as_of
    )
"""
_TOILETS = """
    WITH {live},
    persons AS (SELECT entry, persons FROM read_parquet($households)),
    ends AS (
        SELECT month, last_day(make_date(2026, month, 1)) AS day
        FROM (SELECT unnest(range(1, 13)) AS month)
    )
    SELECT 'toilets_renovated', village, month(accepted_on), count(*), NULL FROM live
    WHERE state = 'accepted' AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY ALL
    UNION ALL
    SELECT 'toilets_completed', village, month(completed_on), count(*), NULL FROM live
    WHERE completed_on BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY ALL
    UNION ALL
    SELECT 'toilet_beneficiaries', village, month, count(*), sum(persons)
    FROM (
        SELECT DISTINCT village, month(accepted_on) AS month, subject FROM live
        WHERE state = 'accepted' AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31'
        AND subject IS NOT NULL
    ) LEFT JOIN persons ON persons.entry = subject GROUP BY ALL
    UNION ALL
    SELECT 'toilets_under_way', village, month, count(*), NULL FROM live JOIN ends
    ON started_on <= day AND (accepted_on IS NULL OR accepted_on > day) GROUP BY ALL
"""
_CLEANUP = """
    WITH {live}
    SELECT 'cleanup_activities', village, month(held_on), count(*), NULL FROM live
    WHERE held_on BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY ALL
"""
_STATEMENTS = {
    "toilet_renovation": (_TOILETS, "state, subject, started_on, completed_on, accepted_on"),
    "cleanup": (_CLEANUP, "held_on"),
}


class ByHand:
    """A database with the tails in it, as an analyst would have it open."""

    def __init__(self, source: LakeSource) -> None:
        self._source = source
        self._database = duckdb.connect()
        for ledger in _STATEMENTS:
            self._database.register(f"{ledger}_tail", source.tail(ledger))

    def answer(self, as_of: int) -> Answer:
        """Indicator, village and month → (value, persons)."""
        found: Answer = {}
        for ledger in _STATEMENTS:
            for name, village, month, value, persons in self._rows(ledger, as_of):
                found[name, village, month] = (value, persons)
        return found

    def _rows(self, ledger: str, as_of: int) -> list[Any]:
        statement, columns = _STATEMENTS[ledger]
        is_past = as_of < self._source.sealed_commit(ledger)
        values: dict[str, Any] = {"as_of": as_of, "current": str(self._source.current(ledger))}
        if is_past:
            values["history"] = [str(path) for path in self._source.history(ledger, as_of)]
        if ledger == "toilet_renovation":
            values["households"] = str(self._source.current("household"))
        live = (_PAST if is_past else _NOW).format(ledger=ledger, columns=columns)
        return self._database.execute(statement.format(live=live), values).fetchall()
