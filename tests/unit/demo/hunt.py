"""Looking for private values in clear, wherever a running office may have left them.

python -m tests.unit.demo.hunt FOLDER PAGES     in a data folder that holds the demo

It prints what was looked for and where as JSON. PAGES is how many entries of each ledger have
their pages looked at, 0 for all of them.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_DIGITS = re.compile(r"[0-9Xx]{8,}")
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9]{7}[0-9Xx](?![0-9A-Za-z])")
_DAY = re.compile(r"(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_GAPS = re.compile(r"[\s\u00a0\u2009\u202f]|&nbsp;|&#160;|-")
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TAIL = 8
_SOME = 5


@dataclass
class Hunt:
    """What is looked for, and what was found where."""

    whole: set[str] = field(default_factory=set)
    tails: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    places: Counter[str] = field(default_factory=Counter)
    size: int = 0
    found: list[str] = field(default_factory=list)

    def want(self, kind: str, value: str) -> None:
        """Look for this value; of identity numbers for the last eight characters too."""
        if kind == "date":
            self.days.add(value)
            return
        self.whole.add(value.upper())
        if kind == "id_card":
            self.tails.add(value[-_TAIL:].upper())

    @property
    def count(self) -> int:
        return len(self.whole) + len(self.days)

    def look(self, kind: str, name: str, data: bytes | str) -> None:
        """Look into one place; what is an archive is opened."""
        raw = data.encode() if isinstance(data, str) else data
        if raw[:4] == b"PK\x03\x04":
            for inner, member in _members(raw):
                self.look(kind, f"{name}:{inner}", member)
            return
        self.places[kind] += 1
        self.size += len(raw)
        # Bytes of any file: digits are the same in all of them.
        text = raw.decode("latin-1")
        for hit in sorted(set(self._hits(text, raw))):
            self.found.append(f"{kind} {name}: {hit}")

    def _hits(self, text: str, raw: bytes) -> Iterator[str]:
        lengths = {len(value) for value in self.whole}
        for form in (text, _GAPS.sub("", raw.decode("utf-8", "ignore"))):
            for run in _DIGITS.findall(form):
                for length in lengths:
                    for start in range(len(run) - length + 1):
                        if run[start : start + length].upper() in self.whole:
                            yield run[start : start + length]
        for token in _TOKEN.findall(_KEY.sub("", text)):
            if token.upper() in self.tails:
                yield token
        for year, month, day in _DAY.findall(raw.decode("utf-8", "ignore")):
            if f"{year}-{int(month):02}-{int(day):02}" in self.days:
                yield f"{year}-{month}-{day}"


def _members(raw: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def main(folder: str, pages: str) -> None:
    os.environ["QIANXIAN_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianxian.settings")
    import django

    django.setup()
    lines = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(lines))
    # What a server writes down; below it Django explains every template variable.
    logging.getLogger().setLevel(logging.INFO)
    hunt = Hunt()
    _want_all(hunt)
    _look_at_pages(hunt, int(pages))
    _look_at_tables(hunt)
    _look_at_files(hunt, Path(folder))
    _look_at_backup(hunt, Path(folder))
    hunt.look("log", "root", lines.getvalue())
    told = {
        "values": hunt.count,
        "places": dict(hunt.places),
        "bytes": hunt.size,
        "found": hunt.found[:20],
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def _want_all(hunt: Hunt) -> None:
    """Every sealed value of the demo, and what stands in the file that was handed in."""
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import Commit
    from qianxian.ledgers import privacy
    from qianxian.ledgers.models import Entry

    # A child of these two years was entered on the day it was born: that day is no secret.
    since = Commit.objects.order_by("number")[0].at.date().isoformat()
    for ledger in catalogue().ledgers.values():
        kinds = {f.name: f.type for f in ledger.fields if f.private}
        keys = Entry.objects.filter(ledger=ledger.id).values_list("pk", flat=True)
        for own in privacy.read_many(keys, kinds).values():
            for name, value in own.items():
                if kinds[name] != "date" or value < since:
                    hunt.want(kinds[name], value)
    for phone in _handed_in():
        hunt.want("phone", phone)


def _handed_in() -> Iterable[str]:
    from qianxian.imports import files
    from qianxian.imports.models import Upload

    for digest in Upload.objects.filter(is_kept=True).values_list("digest", flat=True):
        text = "".join(
            member.decode("utf-8", "ignore") for _, member in _members(files.load(digest))
        )
        yield from re.findall(r"(?<!\d)1999900\d{4}(?!\d)", text)


def _look_at_tables(hunt: Hunt) -> None:
    """Every row of every table as text: entries, history, tasks, staging, faults, sessions."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of the database itself
            text = "\n".join(str(row) for row in cursor.fetchall())
            hunt.look("table", table, text)


def _look_at_files(hunt: Hunt, folder: Path) -> None:
    """Every file of the data folder: database, write-ahead log, kept files; the lake decoded."""
    import duckdb

    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        hunt.look("file", path.name, path.read_bytes())
        if path.suffix == ".parquet":
            rows = duckdb.read_parquet(str(path)).fetchall()
            hunt.look("lake", path.name, "\n".join(map(str, rows)))


def _look_at_backup(hunt: Hunt, folder: Path) -> None:
    from django.utils import timezone

    from qianxian.cli import backup

    with tempfile.TemporaryDirectory() as beside:
        target = Path(beside) / "backup.zip"
        backup.write(folder, target, timezone.now())
        hunt.look("backup", target.name, target.read_bytes())


def _look_at_pages(hunt: Hunt, pages: int) -> None:
    """Lists, exports and pages of entries, as the leader, the line head and the officer of safety."""
    from qianxian.core.definitions import catalogue

    leader, head = _client("zhoum"), _client("tanjh")
    for ledger in catalogue().ledgers.values():
        for kind in ("xlsx", "csv"):
            address = f"/ledgers/{ledger.id}/export.{kind}"
            hunt.look("export", address, _get(leader, address))
        # The line head may read private values where he asks for them; he does not see one line.
        whole, part = (leader, head) if ledger.line == "office" else (head, leader)
        for client, most in ((whole, pages), (part, pages or _SOME)):
            for address in _addresses(ledger, most):
                hunt.look("page", address, _get(client, address))
    officer = _client("fanag")
    for address in _import_addresses():
        hunt.look("page", address, _get(officer, address))


def _addresses(ledger: Any, pages: int) -> Iterator[str]:
    from qianxian.ledgers.models import Entry

    own = f"/ledgers/{ledger.id}/"
    yield own
    rows = Entry.objects.present().filter(ledger=ledger.id).order_by("pk")
    # As many pages as the rows could fill; beyond the last one the list says so.
    yield from (f"{own}?page={number}" for number in range(2, 3 + rows.count() // 25))
    for key in rows.values_list("pk", flat=True)[: pages or None]:
        yield f"{own}{key}/"
        if ledger.flow:
            yield f"/matters/{key}/"
        if ledger.id == "household":
            yield f"/ledgers/household/{key}/page/"


def _import_addresses() -> Iterator[str]:
    from qianxian.imports.models import ImportRun

    for run in ImportRun.objects.all():
        yield f"/imports/{run.pk}/"
        yield f"/imports/{run.pk}/cells/"
        yield from (f"/imports/{run.pk}/rows/{status}/" for status in ("new", "fault"))


def _client(username: str) -> Any:
    from django.test import Client

    from qianxian.core.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=username))
    return client


def _get(client: Any, address: str) -> bytes:
    """What the address answers; a page that is not for this person holds nothing."""
    answer = client.get(address)
    if answer.status_code not in (200, 302, 403, 404):
        raise AssertionError(f"{address}: {answer.status_code}")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


if __name__ == "__main__":
    main(*sys.argv[1:3])
