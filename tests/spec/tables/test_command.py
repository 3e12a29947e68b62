"""The command line of the library, and the floors on ledgers that are not in this repository."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qianxian_tables import Places, import_to_json, infer, open_book, read_rows
from qianxian_tables.__main__ import main

_WORKBOOKS = Path(__file__).parents[3] / ".." / "shared" / "workbooks"
_NAMES = "code,name,level,parent,aliases\n449901,柳溪村,village,,柳水村;老柳村\n"


@pytest.fixture
def places(tmp_path: Path) -> str:
    file = tmp_path / "places.csv"
    file.write_text(_NAMES, "utf-8")
    return str(file)


def test_it_prints_a_proposal_and_an_import(
    tmp_path: Path, places: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "台账.csv"
    file.write_text("村,面积（亩）\n老柳村,2公顷\n红星村,3\n", "utf-8")

    assert main(["--places", places, "ledger", "infer", str(file), "--accept", "x", "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert [(c["name"], c["type"], c["unit"], c["at"]) for c in columns] == [
        ("村", "place", None, {"": "A"}),
        ("面积", "area", "亩", {"": "B"}),
    ]

    asked = ["ledger", "import", str(file), "--ledger", "x", "--dry-run", "--json"]
    assert main(["--places", places, *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == [
        {"sheet": "", "row": 2, "status": "accepted", "place": "柳溪村", "values": {"村": "柳溪村", "面积": 30}},
        {"sheet": "", "row": 3, "status": "rejected", "place": None, "values": {"村": None, "面积": 3}},
    ]  # fmt: skip
    assert told["not_data"] == [{"sheet": "", "row": 1, "kind": "header"}]
    assert ("A3", "unknown_place") in {(f["cell"], f["code"]) for f in told["findings"]}


def test_a_file_that_cannot_be_read_is_told_on_the_error_channel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "台账.et"
    file.write_bytes(b"x")
    assert main(["ledger", "infer", str(file)]) == 2
    assert main(["ledger", "infer", str(tmp_path / "没有.csv")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "另存为 .xlsx" in told.err
    assert "打不开" in told.err


def test_reading_loads_no_django() -> None:
    asked = "import sys, qianxian_tables; sys.exit('django' in sys.modules or 'qianxian' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0  # noqa: S603


def _judge() -> Any:
    found = importlib.util.spec_from_file_location("judge", _WORKBOOKS / "check_import.py")
    assert found
    assert found.loader
    judge = importlib.util.module_from_spec(found)
    found.loader.exec_module(judge)
    return judge


@pytest.mark.slow
@pytest.mark.skipif(
    not _WORKBOOKS.exists(), reason="no folder shared/workbooks beside the checkout"
)
def test_ledgers_of_the_neighbouring_folder_are_above_the_floors() -> None:
    judge, total = _judge(), Counter[str]()
    places = Places.from_csv((_WORKBOOKS / "places.csv").read_text("utf-8"))
    for file in sorted((_WORKBOOKS / "answers").glob("L*.json")):
        answer = json.loads(file.read_text("utf-8"))
        data = (_WORKBOOKS / "ledgers" / answer["file"]).read_bytes()
        book = open_book(data, answer["file"])
        proposal = infer(book, places)
        told = import_to_json(read_rows(book, proposal, places))
        total.update(judge.compare(answer, proposal.to_json(), told))
    floors = {
        "columns": 0.9,
        "rows": 0.98,
        "values": 0.97,
        "places": 0.98,
        "found": 0.8,
        "alarms": 0.7,
    }
    below = [what for what, floor in floors.items() if total[what] < floor * total[f"{what}/all"]]
    assert total["rows"] > 0
    assert below == []
