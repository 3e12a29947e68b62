"""`admin`: a real township starts from an empty folder, with one administrator and no demo."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PLACE = ("--code", "430121100000", "--township", "试点镇", "--county", "试点县")


def admin(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "qianxian", "admin", *words, "--data", str(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "QIANXIAN_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "qianxian.settings",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "qianxian.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.slow
def test_the_first_administrator_opens_a_township_and_there_is_no_second_one(
    tmp_path: Path,
) -> None:
    names = tmp_path / "villages.txt"
    names.write_text("430121100201 清水村\n430121100202 石桥村\n", encoding="utf-8")
    folder = tmp_path / "site"

    made = admin(folder, "create", "--name", "管立新", *PLACE, "--villages", str(names))
    again = admin(folder, "create", "--name", "另一人")
    reset = admin(folder, "reset", "--username", "guanlx")

    assert made.returncode == 0, made.stderr
    assert re.search(r"用户名：guanlx\n  密码：[a-z2-9]{10}", made.stdout)
    assert (again.returncode, reset.returncode) == (2, 0)
    assert "已经有管理员：管立新（guanlx）" in again.stderr
    assert rows(folder, "SELECT count(*) FROM core_place WHERE level = 'village'") == [(2,)]
    assert rows(folder, "SELECT username, must_change_password, is_demo FROM core_user") == [
        ("guanlx", 1, 0)
    ]


@pytest.mark.slow
def test_a_faulty_call_says_what_is_missing_and_leaves_nothing(tmp_path: Path) -> None:
    names = tmp_path / "villages.txt"
    names.write_text("430121100201 清水村\n石桥村\n", encoding="utf-8")
    folder = tmp_path / "site"

    nameless = admin(folder, "create", *PLACE)
    placeless = admin(folder, "create", "--name", "管立新")
    faulty = admin(folder, "create", "--name", "管立新", *PLACE, "--villages", str(names))

    assert [done.returncode for done in (nameless, placeless, faulty)] == [2, 2, 2]
    assert "--name" in nameless.stderr
    assert "--township" in placeless.stderr
    assert "第2行" in faulty.stderr
    assert rows(folder, "SELECT count(*) FROM core_place") == [(0,)]
    assert rows(folder, "SELECT count(*) FROM core_user") == [(0,)]
