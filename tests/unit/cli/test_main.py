"""The door: help at once, commands imported only when called, reading without Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qianxian.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[3]
# What makes a start slow, or ties a command for files to the database.
HEAVY = ("django", "duckdb", "pyarrow", "granian", "lxml", "pydantic")

REPORT = "截至2026年9月底，完成户厕改造61户，占年度任务的61%。\n"


def loaded_after(*words: str) -> set[str]:
    """Top-level modules that a command leaves imported, in an interpreter of its own."""
    code = (
        "import json, sys\n"
        "from qianxian.__main__ import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "sys.stdout.write('\\n' + json.dumps(sorted({m.split('.')[0] for m in sys.modules})))\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_lists_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    told = capsys.readouterr().out
    assert all(name in told and command.says in told for name, command in COMMANDS.items())


def test_no_command_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "用法" in capsys.readouterr().out


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rnu"]) == 2
    assert "没有“rnu”这个命令" in capsys.readouterr().err


@pytest.mark.slow
def test_help_loads_nothing_heavy() -> None:
    assert not loaded_after("--help") & set(HEAVY)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "web", "backup", "restore", "verify", "prepare"])
def test_the_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    assert not loaded_after(command, "--help") & set(HEAVY)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["read", "check"])
def test_reading_a_report_never_loads_django(command: str, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text(REPORT, encoding="utf-8")

    loaded = loaded_after(command, str(report))

    assert "qianxian_reader" in loaded
    assert "django" not in loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded(name: str) -> None:
    assert callable(COMMANDS[name].load())


@pytest.mark.parametrize("name", ["run", "web", "worker", "prepare", "verify", "backup", "packs"])
def test_every_command_explains_itself_in_chinese(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"用法：python -m qianxian {name}" in told.replace("用法： ", "用法：")
    assert "看这段说明" in told


def test_a_wrong_option_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--prot", "1"])

    assert ended.value.code == 2
    assert "参数不对" in capsys.readouterr().err


def test_ctrl_c_ends_a_command_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("qianxian.cli.packs.main", interrupted)

    assert main(["packs", "check"]) == 130
