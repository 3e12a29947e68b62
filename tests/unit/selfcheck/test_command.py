"""The loop check as people call it: exit code and what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_REPORTS = _ROOT / "../shared/reading/reports"
_COUNTS = re.compile(r"读出(\d+)个数 = 重算(\d+) \+ 照抄(\d+) \+ 没对上(\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    said: str

    @property
    def counts(self) -> list[int]:
        """Figures read, recomputed, carried, not matched."""
        found = _COUNTS.search(self.said)
        assert found, self.said
        return [int(number) for number in found.groups()]


def selfcheck(*words: str, folder: Path) -> Outcome:
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", "qianxian", "selfcheck", *words],
        cwd=_ROOT,
        env={**os.environ, "QIANXIAN_DATA": str(folder)},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    return Outcome(done.returncode, done.stdout + done.stderr)


@pytest.mark.slow
def test_the_loop_closes_on_the_report_that_comes_with_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()

    outcome = selfcheck(folder=site)

    assert outcome.code == 0, outcome.said
    read, recomputed, carried, not_matched = outcome.counts
    assert read == recomputed + carried + not_matched
    assert recomputed >= 3
    assert "全部对得上" in outcome.said
    assert list(site.iterdir()) == [], "the site's own data folder is left alone"


@pytest.mark.long
@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_spoiled_entry_is_found_and_named(tmp_path: Path, seed: str) -> None:
    outcome = selfcheck("--inject", "entry", "--seed", seed, folder=tmp_path)

    spoiled = re.search(r"故意改了一条记录.*([0-9a-f]{32})）", outcome.said)
    assert spoiled, outcome.said
    assert outcome.code == 1
    faults = [line for line in outcome.said.splitlines() if "entry " in line]
    assert len(faults) == 1
    assert spoiled[1] in faults[0]


@pytest.mark.long
def test_a_retyped_figure_is_found_with_what_it_should_be(tmp_path: Path) -> None:
    outcome = selfcheck("--inject", "figure", folder=tmp_path)

    key = re.search(r"故意改了文件里的一个数：(\S+)）", outcome.said)
    found = re.search(r"（(\S+)）：应是(\S+)，文件里写的是(\S+)", outcome.said)
    assert key, outcome.said
    assert found, outcome.said
    assert outcome.code == 1
    assert found[1] == key[1]
    assert found[2] != found[3]


# A round through 17 ledgers takes its half minute.
@pytest.mark.long
@pytest.mark.parametrize("name", ["s000", "s001", "s004"])
def test_real_reports_go_round(tmp_path: Path, name: str) -> None:
    report = _REPORTS / f"{name}.txt"
    if not report.exists():
        pytest.skip("the folder of real reports is not beside this checkout")

    outcome = selfcheck(str(report), folder=tmp_path)

    assert outcome.code == 0, outcome.said
    read, recomputed, carried, not_matched = outcome.counts
    assert read == recomputed + carried + not_matched
    assert read > 20


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    outcome = selfcheck(str(tmp_path / "没有.docx"), folder=tmp_path)

    assert outcome.code == 2
    assert "没有这个文件" in outcome.said
