"""Broken packs: every case of `broken/` gives exactly the errors that it lists."""

from __future__ import annotations

import posixpath
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from qianxian_packs import check

HERE = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((HERE / "broken").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder of packs with the sound one in it."""
    return Path(shutil.copytree(HERE / "sound", tmp_path / "packs"))


def change(packs: Path, case: dict[str, Any]) -> None:
    pack = packs / "works"
    for name, edits in case.get("edit", {}).items():
        text = (pack / name).read_text(encoding="utf-8")
        for old, new in edits.items():
            assert text.count(old) == 1, f"{old!r} must stand once in {name}"
            text = text.replace(old, new)
        (pack / name).write_text(text, encoding="utf-8")
    for name, text in case.get("add", {}).items():
        path = pack / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in case.get("drop", []):
        (pack / name).unlink()


def full_name(name: str) -> str:
    return posixpath.normpath(f"packs/works/{name}")


@pytest.mark.parametrize("case", CASES)
def test_a_broken_pack_gives_exactly_the_errors_that_its_case_lists(
    case: dict[str, Any], packs: Path
) -> None:
    change(packs, case)

    errors = check([packs])

    expected = [(full_name(file), line, field) for file, line, field, _ in case["errors"]]
    assert [(e.file, e.line, e.field) for e in errors] == expected, "\n".join(map(str, errors))
    for error, (_, _, _, part) in zip(errors, case["errors"], strict=True):
        assert part in error.message
