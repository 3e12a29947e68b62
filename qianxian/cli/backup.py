"""`backup`: everything that cannot be made again, in one zip file. Others may go on working."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from qianxian.cli.base import Parser, add_data, complain, say, start_django
from qianxian.cli.prepared import DATABASE, NOTE

MANIFEST, FORMAT = "backup.json", 1
# Derived or of the moment: the lake is sealed anew, static files come with the program.
LEFT_OUT = (
    "lake",
    "static",
    "cache",
    "worker.lock",
    NOTE,
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
)


def main(argv: list[str]) -> int:
    parser = Parser("backup", "备份到一个文件：数据库、凭证和别的文件、密钥。不用停千线。")
    parser.add_argument("file", metavar="文件", help="备份写到哪里，比如 D:\\备份\\千线1125.zip")
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from django.conf import settings
    from django.utils import timezone

    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        complain(
            "数据库在 PostgreSQL 上，用 pg_dump 备份它；"
            f"凭证和密钥在 {settings.DATA}，把这个文件夹也拷一份。"
        )
        return 2
    target = Path(options.file).absolute()
    if settings.DATA in target.parents:
        complain("备份不能放在数据文件夹里面。换一个地方，最好是另一块盘。")
        return 2
    count = write(settings.DATA, target, timezone.now())
    say(f"备份好了：{target}（{count}个文件，{target.stat().st_size / 2**20:.1f} MB）。")
    say("里面有密钥和个人信息，要像原件一样锁好。")
    return 0


def write(data: Path, target: Path, at: datetime) -> int:
    """Write the backup; it appears under its name only when it is whole. Returns the files."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".qianxian-") as folder:
        # The database first: a file that it names is on disk before its row is written.
        snapshot = Path(folder) / DATABASE
        copy_database(data / DATABASE, snapshot)
        written, names = Path(folder) / "backup.zip", []
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
            for file in kept_files(data):
                names.append(file.relative_to(data).as_posix())
                out.write(file, names[-1])
            out.write(snapshot, DATABASE)
            manifest = {
                "format": FORMAT,
                "at": at.isoformat(),
                "heads": heads(snapshot),
                "files": names,
            }
            out.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2))
        written.chmod(0o600)
        os.replace(written, target)
    return len(names) + 1


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy while others write. Raises sqlite3.DatabaseError for a broken one."""
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing)
        problem = writing.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise sqlite3.DatabaseError(problem)
        # One file without companions, which is what goes into the zip.
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        reading.close()
        writing.close()


def kept_files(data: Path) -> Iterator[Path]:
    """Keys, evidence and other files below the data folder."""
    for file in sorted(data.rglob("*")):
        if file.is_file() and file.relative_to(data).parts[0] not in LEFT_OUT:
            yield file


def heads(database: Path) -> dict[str, list[object]]:
    """Township → number and digest of its newest commit: what a restore must find again."""
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute(
            "SELECT township_id, head_number, head_digest FROM core_stream ORDER BY township_id"
        )
        return {township: [number, digest] for township, number, digest in rows}
    finally:
        connection.close()
