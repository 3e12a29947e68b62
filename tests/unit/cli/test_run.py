"""`run`: what it says before it starts anything, and when there is nothing to prepare."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianxian.cli import prepared, run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_in_use_is_told_with_what_to_do(
    taken_port: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "supervise", pytest.fail)

    assert run.main(["--port", str(taken_port)]) == 2

    told = capsys.readouterr().err
    assert f"端口{taken_port}已经有程序在用" in told
    assert f"--port {taken_port + 10}" in told


def test_a_free_port_is_free(taken_port: int) -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]

    assert run.is_free("127.0.0.1", port)
    assert not run.is_free("127.0.0.1", taken_port)
    assert not run.answers(port)


def test_what_cannot_be_prepared_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_free", lambda host, port: True)
    monkeypatch.setattr(run, "read_note", lambda: None)
    monkeypatch.setattr(run, "prepare", lambda no_demo: 1)
    monkeypatch.setattr(run, "supervise", pytest.fail)

    assert run.main([]) == 1


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose database has the tables that the note looks at."""
    import sqlite3

    monkeypatch.setenv("QIANXIAN_DATA", str(tmp_path))
    monkeypatch.delenv("QIANXIAN_DATABASE", raising=False)
    connection = sqlite3.connect(tmp_path / prepared.DATABASE)
    connection.executescript(
        "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT);"
        "INSERT INTO django_migrations (app, name) VALUES ('core', '0001_initial');"
        "CREATE TABLE core_place (code TEXT); INSERT INTO core_place VALUES ('4301');"
        "CREATE TABLE core_user (is_demo BOOLEAN); INSERT INTO core_user VALUES (1);"
    )
    connection.close()
    prepared.leave_note(["zhoum / 周明远"])
    return tmp_path


def test_a_true_note_saves_the_preparing(site: Path) -> None:
    assert prepared.read_note() == ["zhoum / 周明远"]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO django_migrations (app, name) VALUES ('core', '0002_more')",
        "DELETE FROM core_user",
        "UPDATE core_user SET is_demo = 0",
        "DROP TABLE core_place",
    ],
)
def test_a_database_that_has_changed_is_prepared_anew(site: Path, sql: str) -> None:
    import sqlite3

    with sqlite3.connect(site / prepared.DATABASE) as connection:
        connection.execute(sql)
    connection.close()

    assert prepared.read_note() is None


def test_a_changed_pack_is_prepared_anew(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    monkeypatch.setenv("QIANXIAN_PACKS", str(packs))
    prepared.leave_note([])
    assert prepared.read_note() == []

    (packs / "pack.yaml").write_text("name: 水利\n", encoding="utf-8")

    assert prepared.read_note() is None


@pytest.mark.parametrize("note", [None, "no json", "{}", json.dumps({"fingerprint": ""})])
def test_a_note_that_is_missing_or_broken_is_no_note(site: Path, note: str | None) -> None:
    (site / prepared.NOTE).unlink()
    if note is not None:
        (site / prepared.NOTE).write_text(note, encoding="utf-8")

    assert prepared.read_note() is None


def test_on_postgresql_only_django_can_tell(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANXIAN_DATABASE", "postgresql://office@localhost/office")

    assert prepared.read_note() is None
    prepared.leave_note([])  # leaves the old one, which is not read
    assert prepared.read_note() is None
