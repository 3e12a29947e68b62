"""How much of hand-labelled reports is read right, where the reports are at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qianxian_reader import read, to_json

_READING = Path(__file__).parents[3] / ".." / "shared" / "reading"
_FLOORS = {
    "recall": 0.97,
    "precision": 0.97,
    "measure": 0.90,
    "kind": 0.97,
    "status": 0.95,
    "bound": 0.97,
    "place": 0.8,
    "finding_recall": 0.9,
    "finding_precision": 0.9,
}


@pytest.mark.slow
@pytest.mark.skipif(not _READING.exists(), reason="no folder shared/reading beside the checkout")
def test_labelled_reports_are_read_above_the_floors(tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.jsonl"
    reports = sorted((_READING / "labels").glob("*.jsonl"))
    lines = [
        json.dumps(to_json(read(path.read_bytes(), path.name)), ensure_ascii=False)
        for path in (_READING / "reports" / f"{one.stem}.txt" for one in reports)
    ]
    predictions.write_text("\n".join(lines), encoding="utf-8")
    floors = [f"{name}={floor}" for name, floor in _FLOORS.items()]

    judged = subprocess.run(  # noqa: S603 our own scorer, no input from outside
        [
            sys.executable,
            str(_READING / "score.py"),
            str(_READING / "labels"),
            str(_READING / "reports"),
            str(predictions),
            "--min",
            *floors,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert judged.returncode == 0, judged.stdout
