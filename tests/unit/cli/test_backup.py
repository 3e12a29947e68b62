"""Backup and restore: nothing lost, nothing overwritten, nothing half done."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qianxian.cli import backup, restore

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)

MAKE_SITE = """
from datetime import UTC, datetime
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from django.db import transaction
from qianxian.core.commits import Actor, Change, record
from qianxian.core.places import open_place
county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
town = open_place(code="430100100000", name="青禾镇", level="township", parent=county)
for n in range(3):
    with transaction.atomic():
        record(township=town, changes=[Change("target", str(n), {"id": str(n)})],
               by=Actor("wangxy", "王秀英"), at=datetime(2026, 11, 18, tzinfo=UTC))
"""


def run(code_or_command: list[str], data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *code_or_command],
        cwd=ROOT,
        env={
            **os.environ,
            "QIANXIAN_DATA": str(data),
            "QIANXIAN_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "qianxian.settings",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site in a folder of its own: a stream of three commits, keys, and a photo."""
    folder = tmp_path_factory.mktemp("site") / "data"
    done = run(["-c", MAKE_SITE], folder)
    assert done.returncode == 0, done.stderr
    (folder / "files" / "evidence").mkdir(parents=True)
    (folder / "files" / "evidence" / "ab12.jpg").write_bytes(b"a photo")
    (folder / "lake" / "430100100000").mkdir(parents=True)
    (folder / "lake" / "430100100000" / "cd34.parquet").write_bytes(b"derived")
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "office"
    shutil.copytree(made, copy)
    return copy


def rows(data: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data / "qianxian.sqlite3")
    found = connection.execute("SELECT number, digest FROM core_commit ORDER BY number").fetchall()
    connection.close()
    return found


def test_a_backup_holds_database_keys_and_evidence_and_nothing_derived(
    site: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"

    count = backup.write(site, file, NOW)

    with zipfile.ZipFile(file) as made:
        names = set(made.namelist())
        heads = json.loads(made.read("backup.json"))["heads"]
    assert names == {
        "backup.json",
        "qianxian.sqlite3",
        "secret.key",
        "site.key",
        "files/evidence/ab12.jpg",
    }
    assert count == 4
    assert heads["430100100000"][0] == 3
    assert sys.platform == "win32" or file.stat().st_mode & 0o077 == 0
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".qianxian")] == []


def test_a_backup_is_whole_while_somebody_writes(site: Path, tmp_path: Path) -> None:
    writing = sqlite3.connect(site / "qianxian.sqlite3", isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("UPDATE core_stream SET head_number = 9")

    backup.write(site, tmp_path / "backup.zip", NOW)

    writing.execute("ROLLBACK")
    writing.close()
    restore.unpack(tmp_path / "backup.zip", tmp_path / "restored")
    assert rows(tmp_path / "restored") == rows(site)


def test_a_broken_database_gives_no_backup_and_leaves_the_last_one(
    site: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    before = file.read_bytes()
    database = site / "qianxian.sqlite3"
    whole = bytearray(database.read_bytes())
    whole[4096 * 3 : 4096 * 9] = b"\x00" * 4096 * 6
    database.write_bytes(whole)

    with pytest.raises(sqlite3.DatabaseError):
        backup.write(site, file, NOW)

    assert file.read_bytes() == before


@pytest.mark.slow
def test_a_backup_is_restored_and_verified(site: Path, tmp_path: Path) -> None:
    file, target = tmp_path / "backup.zip", tmp_path / "restored"
    backed_up = run(["-m", "qianxian", "backup", str(file)], site)

    restored = run(["-m", "qianxian", "restore", str(file)], target)

    assert backed_up.returncode == 0, backed_up.stderr
    assert "要像原件一样锁好" in backed_up.stdout
    assert restored.returncode == 0, restored.stderr
    assert "青禾镇：3次提交" in restored.stdout
    assert "全部对得上" in restored.stdout
    assert rows(target) == rows(site)
    assert (target / "site.key").read_text() == (site / "site.key").read_text()
    assert (target / "files/evidence/ab12.jpg").read_bytes() == b"a photo"
    assert not (target / "lake").exists()


@pytest.mark.slow
def test_restoring_over_data_is_refused_and_changes_nothing(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}

    refused = run(["-m", "qianxian", "restore", str(file)], site)

    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert before.items() <= {p: p.read_bytes() for p in site.rglob("*") if p.is_file()}.items()


@pytest.mark.slow
def test_restoring_by_force_keeps_the_old_data_beside(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    connection = sqlite3.connect(site / "qianxian.sqlite3")
    connection.execute("DELETE FROM core_revision")
    connection.commit()
    connection.close()

    restored = run(["-m", "qianxian", "restore", str(file), "--force"], site)

    assert restored.returncode == 0, restored.stderr
    (aside,) = [folder for folder in tmp_path.iterdir() if folder.name.startswith("office-")]
    connection = sqlite3.connect(aside / "qianxian.sqlite3")
    assert connection.execute("SELECT count(*) FROM core_revision").fetchone() == (0,)
    connection.close()


@pytest.mark.slow
def test_a_changed_history_makes_verify_fail(site: Path) -> None:
    connection = sqlite3.connect(site / "qianxian.sqlite3")
    connection.execute("UPDATE core_revision SET body = replace(body, '1', '7') WHERE key = '1'")
    connection.commit()
    connection.close()

    verified = run(["-m", "qianxian", "verify"], site)

    assert verified.returncode == 1
    assert "第2号提交 target 1" in verified.stdout
    assert "有1处对不上" in verified.stdout


# Where the data begin behind the head of a file in a zip, which holds its name.
_PACKED_FROM = 30 + len("qianxian.sqlite3")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.unlink(), "没有这个文件"),
        (lambda file: file.write_bytes(b"no zip"), "不是千线的备份"),
        (lambda file: zipfile.ZipFile(file, "w").close(), "不是千线的备份"),
        # Far into the packed data its sum is wrong; its very first byte cannot be unpacked at all.
        (lambda file: _flip_a_byte_of_the_database(file, 2_000), "备份坏了"),
        (lambda file: _flip_a_byte_of_the_database(file, _PACKED_FROM), "备份坏了"),
        (lambda file: _say_newer(file), "先升级千线"),
    ],
)
def test_what_is_no_good_backup_is_told_before_anything_is_touched(
    site: Path, tmp_path: Path, spoil: object, says: str
) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    spoil(file)  # type: ignore[operator]

    assert says in restore.what_is_wrong(file)


def _flip_a_byte_of_the_database(file: Path, place: int) -> None:
    with zipfile.ZipFile(file) as made:
        at = made.getinfo("qianxian.sqlite3").header_offset + place
    whole = bytearray(file.read_bytes())
    whole[at] ^= 0xFF
    file.write_bytes(whole)


def _say_newer(file: Path) -> None:
    with zipfile.ZipFile(file) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts["backup.json"] = json.dumps({**json.loads(parts["backup.json"]), "format": 99}).encode()
    _write(file, parts)


def _write(file: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)


def test_a_good_backup_has_nothing_wrong(site: Path, tmp_path: Path) -> None:
    backup.write(site, tmp_path / "backup.zip", NOW)

    assert restore.what_is_wrong(tmp_path / "backup.zip") == ""


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "files/../../outside.txt"])
def test_a_file_that_wants_out_of_the_folder_is_refused(
    site: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    with zipfile.ZipFile(file) as made:
        parts = {each: made.read(each) for each in made.namelist()}
    _write(file, {name: b"evil", **parts})

    with pytest.raises(SystemExit, match="不该有的文件名"):
        restore.unpack(file, tmp_path / "restored")

    assert not (tmp_path / "outside.txt").exists()
    assert not (tmp_path / "restored" / "qianxian.sqlite3").exists()


def test_a_database_that_is_not_the_one_registered_is_refused(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup.write(site, file, NOW)
    with zipfile.ZipFile(file) as made:
        parts = {each: made.read(each) for each in made.namelist()}
    registered = json.loads(parts["backup.json"])
    registered["heads"]["430100100000"][0] = 4
    _write(file, {**parts, "backup.json": json.dumps(registered).encode()})

    with pytest.raises(SystemExit, match="对不上"):
        restore.unpack(file, tmp_path / "restored")

    assert not (tmp_path / "restored" / "qianxian.sqlite3").exists()
