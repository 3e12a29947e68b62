"""The commands read and check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import python_calamine

from qianxian_reader._cli import check_command, main, read_command

_GOOD = "青溪乡2023年工作总结\n一、工作完成情况\n改厕86户。\n"
_BAD = _GOOD + "接种率达到103%。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "报告.txt"
    path.write_text(_GOOD, encoding="utf-8")
    return path


def test_read_prints_a_table(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = read_command([str(report)])

    out = capsys.readouterr().out
    assert status == 0
    assert "改厕" in out
    assert "86户" in out


def test_read_json_prints_one_object_a_file(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read_command(["--json", str(report), str(report)])

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["报告.txt", "报告.txt"]


def test_read_xlsx_writes_a_row_a_figure(report: Path, tmp_path: Path) -> None:
    target = tmp_path / "数字.xlsx"

    read_command(["--json", "--xlsx", str(target), str(report)])

    rows = python_calamine.CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    assert [row[2:6] for row in rows[1:]] == [["86户", "改厕", 86.0, "户"]]


def test_check_is_silent_in_status_without_errors(report: Path) -> None:
    assert check_command([str(report)]) == 0


def test_check_exits_1_on_an_error_and_says_which(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_text(_BAD, encoding="utf-8")

    status = check_command([str(report)])

    assert status == 1
    assert "I101 第4行" in capsys.readouterr().out


def test_a_rule_can_be_switched_off(report: Path) -> None:
    report.write_text(_BAD, encoding="utf-8")

    assert check_command(["--off", "I101", str(report)]) == 0


def test_an_unknown_rule_is_named(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_command(["--off", "Z999", str(report)]) == 2
    assert "Z999" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = read_command(["--json", "没有.txt", str(report)])

    captured = capsys.readouterr()
    assert status == 2
    assert "没有.txt" in captured.err
    assert "改厕" in captured.out


def test_without_a_command_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "用法" in capsys.readouterr().err


def test_the_reader_never_imports_the_product_or_django() -> None:
    code = (
        "import sys, qianxian_reader._cli, qianxian_reader;"
        "qianxian_reader.read_text('改厕86户。');"
        "sys.exit(any(name.split('.')[0] in ('django', 'qianxian') for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[3])  # noqa: S603

    assert done.returncode == 0
