"""`ledger`: a workbook is looked at, its proposal kept, later files read by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qianxian.cli.ledger import main

TABLE = (
    "村名,户主,改厕类型,完工日期\n{0},向某,三格化粪池,2026.3.5\n云岭村,田某,三瓮式,2026年4月31日\n"
)
PLACES = "code,name\n430000000201,石桥村\n430000000202,云岭村\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A small ledger, with the village names beside it."""
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    path = tmp_path / "改厕.csv"
    path.write_text(TABLE.format("石桥村"), encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out))


def test_an_accepted_proposal_reads_later_files(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "data"), "--json"]
    assert main(["infer", str(table), "--accept", "toilets", *data]) == 0
    names = [column["name"] for column in told(capsys)["columns"]]

    assert main(["import", str(table), "--ledger", "toilets", "--dry-run", *data]) == 0
    rows = told(capsys)

    assert names == ["村名", "户主", "改厕类型", "完工日期"]
    first, second = rows["rows"]
    assert (first["status"], first["place"]) == ("accepted", "石桥村")
    assert first["values"]["完工日期"] == "2026-03-05"
    # There is no 31st of April.
    assert second["status"] == "rejected"
    assert [one["cell"] for one in rows["findings"]] == ["D3"]


def test_people_are_told_in_lines(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(table)]) == 0

    assert "数据2行，能导1行，要先改1行" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "says"),
    [("no.csv", "打不开"), ("a.et", "另存为"), ("改厕.csv", "没有“nothing”这本台账")],
)
def test_what_cannot_be_done_says_what_to_do(
    table: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    (table.parent / "a.et").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))

    assert main(["import", str(table.with_name(name)), "--ledger", "nothing"]) == 2
    assert says in capsys.readouterr().err
