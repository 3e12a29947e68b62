"""How the web process is put together for the machine and the database that it finds."""

from __future__ import annotations

from pathlib import Path

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
    monkeypatch.setattr(connection, "vendor", vendor)
    assert web.pages_at_once(workers) == pages


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite maps its file")
def test_the_file_of_a_connection_is_mapped(tmp_path: Path) -> None:
    # That of the tests is in memory, with no file to map.
    other = connection.copy("default")
    other.settings_dict["NAME"] = str(tmp_path / "some.sqlite3")
    try:
        with other.cursor() as cursor:
            assert cursor.execute("PRAGMA mmap_size").fetchone() == (0,)
        web._map_file(other)
        with other.cursor() as cursor:
            assert cursor.execute("PRAGMA mmap_size").fetchone() == (web._MAPPED,)
    finally:
        other.close()
