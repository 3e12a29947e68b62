"""How the web process is put together for the machine and the database that it finds."""

from __future__ import annotations

import pytest
from django.db import connection

from qianxian.cli import web


@pytest.mark.parametrize(
    ("vendor", "workers", "pages"),
    [("sqlite", 2, 1), ("sqlite", 1, 2), ("postgresql", 2, 2), ("postgresql", 1, 2)],
)
def test_a_second_page_is_made_where_there_is_a_processor_for_it(
    vendor: str, workers: int, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection._connections[connection._alias], "vendor", vendor)  # type: ignore[attr-defined]
    assert web.pages_at_once(workers) == pages


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite maps its file")
def test_the_file_is_mapped_as_far_as_the_build_allows() -> None:
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        web._map_file(connection)
        mapped = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute("PRAGMA mmap_size=0")
    # A database in memory has no file to map.
    assert mapped in ((web._MAPPED,), None, before)
