"""`restore`: put a backup into an empty data folder, and prove that it is whole."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from qianxian.cli.backup import FORMAT, MANIFEST, heads
from qianxian.cli.base import Parser, add_data, complain, say, start_django
from qianxian.cli.prepared import DATABASE

_CHUNK = 1 << 20


def main(argv: list[str]) -> int:
    parser = Parser("restore", "从备份恢复，然后核对一遍。先停下千线。")
    parser.add_argument("file", metavar="文件", help="备份文件")
    parser.add_argument(
        "--force", action="store_true", help="已有数据也恢复；原来的挪到旁边的文件夹，不删"
    )
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from django.conf import settings
    from django.utils import timezone

    file, data = Path(options.file), Path(settings.DATA)
    problem = what_is_wrong(file) or what_is_in_the_way(data, force=options.force)
    if problem:
        complain(problem)
        return 2
    if moved := move_aside(data, timezone.localtime()):
        say(f"原来的数据挪到了 {moved}。")
    unpack(file, data)
    return _finish(options.data)


def what_is_wrong(file: Path) -> str:
    """Why this file cannot be restored from; empty where it can."""
    if not file.is_file():
        return f"没有这个文件：{file}"
    if not zipfile.is_zipfile(file):
        return f"{file} 不是千线的备份。"
    with zipfile.ZipFile(file) as backup:
        if not {MANIFEST, DATABASE} <= set(backup.namelist()):
            return f"{file} 不是千线的备份。"
        if broken := _unreadable(backup):
            return f"备份坏了：里面的 {broken} 读不出来。用另一份备份。"
        made = manifest(backup)
    if made["format"] > FORMAT:
        return "这份备份是更新版本的千线做的。先升级千线，再恢复。"
    return ""


def _unreadable(backup: zipfile.ZipFile) -> str | None:
    """The first file that does not come out whole. `testzip` lets a fault of the packing through."""
    for name in backup.namelist():
        try:
            with backup.open(name) as file:
                while file.read(_CHUNK):
                    pass
        except (zipfile.BadZipFile, zlib.error, EOFError):
            return name
    return None


def manifest(backup: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(backup.read(MANIFEST))
    return found


def what_is_in_the_way(data: Path, *, force: bool) -> str:
    """Why this folder cannot be restored into; empty where it can."""
    from qianxian.core import liveness

    if (lock := liveness.try_file(data / "worker.lock")) is None:
        return "千线还开着。先停下它，再恢复。"
    lock.release()
    if (data / DATABASE).exists() and not force:
        return f"{data} 里已经有数据，没有动它。确实要换成备份里的，加上 --force。"
    return ""


def move_aside(data: Path, at: datetime) -> Path | None:
    """Move what is there to a folder beside it. Nothing is deleted by a restore."""
    if not (data / DATABASE).exists():
        return None
    aside = data.with_name(f"{data.name}-{at:%Y%m%d-%H%M%S}")
    aside.mkdir()
    for found in list(data.iterdir()):
        os.replace(found, aside / found.name)
    return aside


def unpack(file: Path, data: Path) -> None:
    """The database last: a restore that was cut off leaves a folder without one."""
    data.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as backup:
        names = [n for n in backup.namelist() if n not in (MANIFEST, DATABASE)]
        for name in names:
            _put(backup, name, data / PurePosixPath(name))
        unfinished = data / f"{DATABASE}.part"
        _put(backup, DATABASE, unfinished)
        if heads(unfinished) != manifest(backup)["heads"]:
            raise SystemExit("备份里的数据库和它的登记对不上，没有恢复。用另一份备份。")
        os.replace(unfinished, data / DATABASE)


def _put(backup: zipfile.ZipFile, name: str, target: Path) -> None:
    if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
        raise SystemExit(f"备份里有不该有的文件名：{name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with backup.open(name) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)
    if target.suffix == ".key":
        target.chmod(0o600)


def _finish(folder: str | None) -> int:
    """Bring an older backup's tables up to date, forget the lake it had, and verify."""
    from qianxian.cli import prepare, verify
    from qianxian.indicators.models import LakeFile

    prepare.migrate()
    # The lake is not in a backup; without a manifest figures come from the revisions until it
    # is sealed anew.
    LakeFile.objects.all().delete()
    say("恢复好了，正在核对……")
    return verify.main(["--data", folder] if folder else [])
