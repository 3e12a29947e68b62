"""`packs`: every error at once with file and line, and schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qianxian.cli.packs import main


def test_the_packs_of_the_project_are_without_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "没有错误" in capsys.readouterr().out


def test_every_error_is_told_with_its_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "water"
    (pack / "ledgers").mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: 水利\n", encoding="utf-8")
    (pack / "ledgers" / "pond.yaml").write_text(
        "name: 山塘\nplace: planet\nfields:\n  - {name: size, label: 面积, type: colour}\n",
        encoding="utf-8",
    )

    assert main(["check", str(tmp_path)]) == 1

    told = capsys.readouterr().err
    assert "pond.yaml:2" in told
    assert "pond.yaml:4" in told


def test_packs_of_the_site_are_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "water").mkdir()
    (tmp_path / "water" / "pack.yaml").write_text("name: [\n", encoding="utf-8")
    monkeypatch.setenv("QIANXIAN_PACKS", str(tmp_path))

    assert main(["check"]) == 1
    assert "pack.yaml" in capsys.readouterr().err


def test_schemas_go_to_the_screen_or_to_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert main(["schema", "--to", str(tmp_path / "schemas")]) == 0

    files = {file.name.partition(".")[0]: file for file in (tmp_path / "schemas").iterdir()}
    assert set(files) == set(schemas)
    assert json.loads(files["ledger"].read_text(encoding="utf-8")) == schemas["ledger"]
