"""`prepare`: what it does to an empty database, to a ready one, and with a wrong setting."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from qianxian.cli import prepare
from qianxian.core.models import Place, Revision, User

ROOT = Path(__file__).parents[3]


def run(tmp_path: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "qianxian", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "QIANXIAN_DATA": str(tmp_path / "office"),
            "QIANXIAN_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "qianxian.settings",
            **settings,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_the_first_time_makes_the_tables_and_the_second_says_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, "prepare", "--no-demo")
    second = run(tmp_path, "prepare", "--no-demo")

    assert (first.returncode, first.stdout) == (0, "正在建库或升级数据库……\n")
    assert (second.returncode, second.stdout) == (0, "")
    assert (tmp_path / "office" / "qianxian.sqlite3").exists()


@pytest.mark.slow
def test_a_wrong_setting_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "prepare", "--no-demo", QIANXIAN_DATABASE="mysql://localhost/office")

    assert done.returncode == 2
    assert done.stderr.startswith("设置不对")
    assert "QIANXIAN_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_bad_pack_is_told_with_its_file_and_nothing_is_made(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "water"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("nmae: 水利\n", encoding="utf-8")

    done = run(tmp_path, "prepare", "--no-demo", QIANXIAN_PACKS=str(tmp_path / "packs"))

    assert done.returncode == 2
    assert "pack.yaml:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "office" / "qianxian.sqlite3").exists()


def test_a_database_with_a_place_or_a_person_is_not_empty(db: None, township: Place) -> None:
    assert not prepare.is_empty()

    User.objects.all().delete()
    Place.objects.filter(pk=township.pk).delete()
    Place.objects.all().delete()
    assert prepare.is_empty()

    User.objects.create(username="guanli")
    assert not prepare.is_empty()


def test_definitions_go_into_the_stream_once(
    township: Place, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.record_definitions(now)
    once = Revision.objects.filter(kind=Revision.Kind.DEFINITION).count()
    prepare.record_definitions(now)

    assert once > 0
    assert Revision.objects.filter(kind=Revision.Kind.DEFINITION).count() == once
    assert capsys.readouterr().out.count("条线包有更新") == 1


def test_accounts_are_told_only_where_there_are_demo_accounts(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.create(username="wangxy", is_demo=False)
    assert prepare.demo_accounts() == []
    prepare.tell([])
    assert capsys.readouterr().out == ""

    User.objects.create(username="zhoum", is_demo=True)
    prepare.tell(prepare.demo_accounts())

    told = capsys.readouterr().out
    assert told.startswith("演示账号")
    assert "zhoum" in told
