"""Whether a database is as this program wants it, told without starting Django.

`prepare` leaves a note in the data folder; a start that finds it true saves the seconds that
loading every app a third time costs.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from qianxian.cli.base import ROOT, data_folder, pack_folders
from qianxian.env import env_str

NOTE, DATABASE = "prepared.json", "qianxian.sqlite3"
# Packages that bring tables of their own.
_WITH_TABLES = ("django", "django-allauth", "django-tasks-db")


def leave_note(accounts: Iterable[str]) -> None:
    """Say that the database is as it should be, and what a start is to say of the accounts."""
    if wants := _fingerprint():
        note = {"fingerprint": wants, "accounts": list(accounts)}
        text = json.dumps(note, ensure_ascii=False)
        (data_folder() / NOTE).write_text(text, encoding="utf-8")


def read_note() -> list[str] | None:
    """The lines about accounts where there is nothing to prepare, else None."""
    try:
        note = json.loads((data_folder() / NOTE).read_text(encoding="utf-8"))
        wants = _fingerprint()
        return list(note["accounts"]) if wants and note["fingerprint"] == wants else None
    except (OSError, ValueError, KeyError, sqlite3.Error):
        return None


def _fingerprint() -> str:
    """Digest of all that `prepare` looks at; empty where only Django can tell."""
    file = data_folder() / DATABASE
    if env_str("QIANXIAN_DATABASE") or not file.exists():
        return ""
    digest = hashlib.sha256()
    for part in (*_of_program(), *_of_database(file)):
        digest.update(part.encode() + b"\x00")
    return digest.hexdigest()


def _of_program() -> Iterator[str]:
    yield from (f"{package} {version(package)}" for package in _WITH_TABLES)
    yield from sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("qianxian/*/migrations/*.py"))
    for folder in pack_folders():
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            yield f"{file} {hashlib.sha256(file.read_bytes()).hexdigest()}"


def _of_database(file: Path) -> Iterator[str]:
    """Applied migrations, whether there is anything in it, and whether demo accounts are."""
    with closing(sqlite3.connect(file)) as connection:
        for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY id"):
            yield f"{app} {name}"
        for table in ("core_place", "core_user", "core_user WHERE is_demo"):
            found = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]  # noqa: S608
            yield f"{table} {found}"
