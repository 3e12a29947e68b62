"""Settings that differ between machines come from environment variables, read only here."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class BadSetting(Exception):
    """An environment variable has a value that cannot be used. The message names it."""


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    text = os.environ.get(name, "").lower()
    if text in {"", "1", "true", "yes", "0", "false", "no"}:
        return default if not text else text in {"1", "true", "yes"}
    raise BadSetting(f"{name} must be 1 or 0, not {text!r}")


def env_int(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text.isdecimal():
        if text:
            raise BadSetting(f"{name} must be a number, not {text!r}")
        return default
    return int(text)


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, file: Path) -> str:
    """A secret from the environment, or from a file that is made at the first start.

    A secret has no default value: two sites must never share one. The file is created
    exclusively, so that two processes that start together read the same one.
    """
    if value := os.environ.get(name):
        return value
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    value = file.read_text(encoding="ascii").strip()
    if not value:
        raise BadSetting(f"{name}: the file {file.name} is empty; delete it or set the variable")
    return value


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    """Django's database settings: SQLite in one file, or PostgreSQL by one address."""
    address = os.environ.get(name, "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            # A connection that is made anew reads the tables' definitions and forgets their pages.
            "CONN_MAX_AGE": 60,
            # IMMEDIATE takes the write lock at the start of a transaction, so that two writers
            # wait for each other instead of failing when a read lock cannot be raised.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA foreign_keys=ON;"
                # In the 2 MB that SQLite keeps of a file, an import or a long list has no room.
                " PRAGMA cache_size=-32768;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(f"{name} must start with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }
