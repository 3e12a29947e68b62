"""Directus as the other side: a server of its own with the rows of a bench as one collection.

Directus keeps activity and revisions of what is written through its API, as it does by default.
It is no dependency of the product: QIANXIAN_DIRECTUS names a folder in which
`npm install directus@10` was run (version 11 and later want a newer Node.js than Debian has).
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.serving import free_port, serving

VARIABLE = "QIANXIAN_DIRECTUS"
COLLECTION = "facility"
_MAIL, _SECRET = "bench@example.com", "bench-bench-bench"
_BATCH = 1000
_TYPES = {"length": "float", "cost": "float", "built": "date", "checked": "date"}


@dataclass(frozen=True)
class Directus:
    """A running server: where it answers, and the token of an administrator."""

    port: int
    database: Path
    token: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON; None where there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        with closing(connection):
            return _ask(connection, method, path, body, self.token)

    def create(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> float:
        """Create the rows through the API, a thousand a request; the seconds that it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        start = time.perf_counter()
        with closing(connection):
            for n in range(0, len(rows), _BATCH):
                batch = [dict(zip(columns, row, strict=True)) for row in rows[n : n + _BATCH]]
                _ask(connection, "POST", f"/items/{COLLECTION}?limit=0", batch, self.token)
        taken = time.perf_counter() - start
        self._check(len(rows))
        return taken

    def fill(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """The rows straight into its table, with indexes on what is filtered and sorted by."""
        with closing(sqlite3.connect(self.database, timeout=60)) as database:
            marks = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            database.executemany(
                f"INSERT INTO {COLLECTION} ({names}) VALUES ({marks})",  # noqa: S608
                ([_stored(n, v) for n, v in zip(columns, row, strict=True)] for row in rows),
            )
            for indexed in ("kind, built", "village, built", "built"):
                database.execute(f"CREATE INDEX 'by {indexed}' ON {COLLECTION} ({indexed})")
            database.execute("ANALYZE")
            database.commit()

    def _check(self, expected: int) -> None:
        """Each row is there, and each has its revision: what is timed is the whole of it."""
        with closing(sqlite3.connect(self.database, timeout=60)) as database:
            for table, where in (
                (COLLECTION, ""),
                ("directus_revisions", f"WHERE collection = '{COLLECTION}'"),
                ("directus_activity", f"WHERE collection = '{COLLECTION}'"),
            ):
                found = database.execute(f"SELECT count(*) FROM {table} {where}").fetchone()[0]  # noqa: S608
                if found != expected:
                    raise SystemExit(f"{found:,} of {expected:,} in {table} of Directus")


def is_here() -> bool:
    return bool(os.environ.get(VARIABLE))


@contextmanager
def running(folder: Path, columns: Sequence[str]) -> Iterator[Directus]:
    """A new Directus over SQLite in `folder`, with an empty collection of these columns."""
    home, port = folder / "directus", free_port()
    home.mkdir()
    env = _environment(home, port)
    node = shutil.which("node") or "node"
    command = [node, str(Path(os.environ[VARIABLE]) / "node_modules/directus/cli.js")]
    subprocess.run(  # noqa: S603 - Directus' own command
        [*command, "bootstrap"], cwd=home, env=env, check=True, stdout=subprocess.DEVNULL
    )
    with serving([*command, "start"], port, "/server/ping", home / "log.txt", env):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with closing(connection):
            login = {"email": _MAIL, "password": _SECRET}
            token = _ask(connection, "POST", "/auth/login", login)["data"]["access_token"]
        office = Directus(port, home / "data.db", token)
        office.ask("POST", "/collections", _collection(columns))
        yield office


def _environment(home: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET": _SECRET,
        "DB_CLIENT": "sqlite3",
        "DB_FILENAME": str(home / "data.db"),
        "ADMIN_EMAIL": _MAIL,
        "ADMIN_PASSWORD": _SECRET,
        "ACCESS_TOKEN_TTL": "1d",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PRESSURE_LIMITER_ENABLED": "false",  # else it refuses under the load that is measured
        "TELEMETRY": "false",
        "LOG_LEVEL": "warn",
        "MAX_PAYLOAD_SIZE": "50mb",
        "EXTENSIONS_PATH": str(home / "extensions"),
        "STORAGE_LOCAL_ROOT": str(home / "uploads"),
        "NODE_ENV": "production",
    }


def _collection(columns: Sequence[str]) -> Mapping[str, object]:
    def column(name: str) -> dict[str, object]:
        is_key = name == columns[0]
        kind = _TYPES.get(name, "string")
        return {"field": name, "type": kind, "schema": {"is_primary_key": is_key}}

    return {
        "collection": COLLECTION,
        "schema": {},
        "meta": {"accountability": "all"},
        "fields": [column(name) for name in columns],
    }


def _stored(name: str, value: Any) -> Any:
    """As Directus keeps it in SQLite: a day as milliseconds since 1970."""
    if _TYPES.get(name) != "date":
        return value
    return int(datetime.fromisoformat(f"{value}T00:00+00:00").timestamp() * 1000)


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: object, token: str = ""
) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"Directus: {method} {path} answered {answer.status}: {told[:300]!r}")
    return json.loads(told) if told else None
