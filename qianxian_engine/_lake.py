"""The lake: versions sealed into Parquet files that are named by their digest.

A ledger has one current file (the versions that stand at the sealed commit, sorted by place and
date) and history files (versions superseded since the seal before). Files are written before the
manifest that names them is stored, and never replaced. All of it can be rebuilt from the
revisions, so it is never backed up.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qianxian_engine._errors import BadRequest, LakeDamaged
from qianxian_engine._source import aligned, version_schema
from qianxian_packs import Ledger

# Small enough that two threads share a township's ledger, large enough to compress well.
_ROWS_A_GROUP = 25_000

_CLOSE_TAIL = """
    CREATE TEMP TABLE closed AS SELECT * REPLACE (
        lead(from_commit) OVER (PARTITION BY entry ORDER BY from_commit) AS to_commit
    ) FROM tail WHERE from_commit <= ?
"""
_TOUCH = """
    CREATE TEMP TABLE touched AS
    SELECT entry, min(from_commit) AS first FROM closed GROUP BY entry
"""
_SUPERSEDED_BY_TAIL = """
    SELECT old.* REPLACE (touched.first AS to_commit)
    FROM old JOIN touched USING (entry) ORDER BY place, "on", entry, from_commit
"""
_SUPERSEDED_WITHIN_TAIL = """
    SELECT * FROM closed
    WHERE to_commit IS NOT NULL AND NOT deleted ORDER BY place, "on", entry, from_commit
"""
_STANDING = """
    SELECT * FROM old_as_of_today ANTI JOIN touched USING (entry)
    UNION ALL BY NAME
    SELECT * FROM closed WHERE to_commit IS NULL AND NOT deleted
    ORDER BY place, "on", entry
"""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file by its digest. A history file holds what was superseded from first to last commit."""

    digest: str
    rows: int
    first_commit: int
    last_commit: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which files are a ledger's lake as of a sealed commit. The product keeps it in a table."""

    ledger: str
    commit: int
    current: LakeFile
    history: tuple[LakeFile, ...] = ()

    @property
    def files(self) -> tuple[LakeFile, ...]:
        return (self.current, *self.history)


class Lake:
    """The files of one stream below a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def seal(
        self, ledger: Ledger, previous: Manifest | None, tail: pa.Table, *, commit: int
    ) -> Manifest:
        """Write the files as of `commit` and return the manifest that names them.

        `tail` holds the versions of all commits after the previous seal, up to `commit` or later.
        Errors: BadRequest for a commit before the previous seal, LakeDamaged.
        """
        since = previous.commit if previous else 0
        if commit < since:
            raise BadRequest(f"{ledger.id} is sealed at commit {since}, not before at {commit}")
        old = self._old(ledger, previous)
        standing, superseded = _sealed(old, tail, version_schema(ledger), commit)
        history = tuple(self._write(ledger.id, rows, since + 1, commit) for rows in superseded)
        return Manifest(
            ledger.id,
            commit,
            current=self._write(ledger.id, standing, 1, commit),
            history=(*previous.history, *history) if previous else history,
        )

    def rebuild(self, ledger: Ledger, versions: pa.Table, *, commit: int) -> Manifest:
        """Seal from all versions there are, as if for the first time."""
        return self.seal(ledger, None, versions, commit=commit)

    def path(self, ledger: str, file: LakeFile) -> Path:
        """Where a file lies. Errors: LakeDamaged if it is gone or its bytes have changed."""
        path = self._path(ledger, file.digest)
        try:
            stat = path.stat()
        except FileNotFoundError:
            raise LakeDamaged(path, "it is gone; rebuild the lake") from None
        if _digest_of(path, stat.st_size, stat.st_mtime_ns) != file.digest:
            raise LakeDamaged(path, "its bytes do not match its name; rebuild the lake")
        return path

    def verify(self, manifest: Manifest) -> None:
        """Hash every file anew. Errors: LakeDamaged."""
        _digest_of.cache_clear()
        for file in manifest.files:
            self.path(manifest.ledger, file)

    def stray(self, manifests: Iterable[Manifest]) -> tuple[Path, ...]:
        """Files that none of the manifests names: current files of earlier seals, mostly."""
        named = {self._path(m.ledger, file.digest) for m in manifests for file in m.files}
        return tuple(sorted(set(self.root.glob("*/*.parquet")) - named))

    def _old(self, ledger: Ledger, previous: Manifest | None) -> pa.Table:
        if previous is None:
            return version_schema(ledger).empty_table()
        return pq.read_table(self.path(ledger.id, previous.current))

    def _path(self, ledger: str, digest: str) -> Path:
        return self.root / ledger / f"{digest}.parquet"

    def _write(self, ledger: str, table: pa.Table, first: int, last: int) -> LakeFile:
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd", row_group_size=_ROWS_A_GROUP)
        data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        _put(self._path(ledger, digest), data)
        return LakeFile(digest, table.num_rows, first, last)


class LakeSource:
    """A `LedgerSource` of sealed files and, for what came after, versions from the database.

    `tail(ledger, after)` gives the versions of the commits after one.
    """

    def __init__(
        self, lake: Lake, manifests: Mapping[str, Manifest], tail: Callable[[str, int], pa.Table]
    ) -> None:
        self._lake = lake
        self._manifests = manifests
        self._tail = tail

    @property
    def folder(self) -> Path:
        return self._lake.root

    def sealed_commit(self, ledger: str) -> int:
        return self._manifests[ledger].commit if ledger in self._manifests else 0

    def current(self, ledger: str) -> Path | None:
        manifest = self._manifests.get(ledger)
        return self._lake.path(ledger, manifest.current) if manifest else None

    def history(self, ledger: str, as_of: int) -> Sequence[Path]:
        manifest = self._manifests.get(ledger)
        if manifest is None:
            return ()
        needed = [file for file in manifest.history if file.last_commit > as_of]
        return [self._lake.path(ledger, file) for file in needed]

    def tail(self, ledger: str) -> pa.Table:
        return self._tail(ledger, self.sealed_commit(ledger))


def _sealed(
    old: pa.Table, tail: pa.Table, schema: pa.Schema, commit: int
) -> tuple[pa.Table, list[pa.Table]]:
    """What stands at `commit`, and what was superseded on the way there."""
    # A field that the definition dropped stays, for figures of the day when it had it.
    dropped = [column for column in old.schema if column.name not in schema.names]
    wide = pa.schema([*schema, *dropped])
    with _database().cursor() as db:
        db.register("old", old)
        db.register("old_as_of_today", aligned(old, wide))
        db.register("tail", aligned(tail, wide))
        db.execute(_CLOSE_TAIL, [commit])
        db.execute(_TOUCH)
        standing = db.sql(_STANDING).to_arrow_table().cast(wide)
        # Old versions keep the columns and types that they were sealed with.
        superseded = [
            db.sql(_SUPERSEDED_BY_TAIL).to_arrow_table().cast(old.schema),
            db.sql(_SUPERSEDED_WITHIN_TAIL).to_arrow_table().cast(wide),
        ]
    return standing, [rows for rows in superseded if rows.num_rows]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for the process; each sealing has a cursor, and so tables, of its own."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    return database


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; one of the same name is left if it has these bytes."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    Path(name).replace(path)


@lru_cache(maxsize=10_000)
def _digest_of(path: Path, size: int, modified_ns: int) -> str:
    """A file is hashed once a process, and again if it was written to since."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
