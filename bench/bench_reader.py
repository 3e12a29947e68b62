"""Reading real reports, beside one regular expression and two libraries that find numbers in text.

python -m bench.bench_reader FOLDER          measure, print, append to results/reader.jsonl
python -m bench.bench_reader FOLDER --dry    measure and print only
python -m bench.bench_reader FOLDER --readers qianxian obvious    only these sides

FOLDER holds reports/, labels/, score.py and obvious.py; real reports are no part of the
repository, and where there are none the bench says so and ends. All sides read the same texts in
the same run, report by report in turn, so that a busy machine slows them alike. `understood` is
what score.py says of the labelled reports: figures found × named right × of the right status.
jionlp finds money (and, as jionlp_all, times); recognizers-text finds numbers (and, as
recognizers_all, shares, ranks, money and dimensions too). Neither knows measures: they get the
words around a number, as the regular expression does, and the unit that follows it.
They are no dependencies of the product: QIANXIAN_NUMBER_READERS names a python that has them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.machine import ROOT, python_with, tell

ROUNDS = 3
PEERS = ("jionlp", "jionlp_all", "recognizers", "recognizers_all")
READERS = ("qianxian", "obvious", *PEERS)
PACKAGES = ("rjieba", "opencc")
PEER_PACKAGES = ("jionlp", "recognizers-text-suite", "emoji<1.7")
_SCORES = ("recall", "precision", "measure", "status", "understood")
_NONE = 3  # the exit code of a bench that has nothing to read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="reports/, labels/, score.py, obvious.py")
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    options = parser.parse_args()
    reports = sorted((options.folder / "reports").glob("*.txt"))
    if not reports:
        sys.stderr.write(f"no reports in {options.folder / 'reports'}: nothing is measured\n")
        raise SystemExit(_NONE)
    with tempfile.TemporaryDirectory() as made:
        measured = measure(options.folder, reports, options.readers, Path(made))
    tell("reader", measured, PACKAGES, is_dry=options.dry)


def measure(
    folder: Path, reports: Sequence[Path], readers: Sequence[str], made: Path
) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    out: dict[str, Any] = {"reports": len(reports), "characters": _characters(reports)}
    with ExitStack() as stack:
        sides = {name: stack.enter_context(Side(name, folder, made)) for name in readers}
        versions = {name: side.version for name, side in sides.items() if side.version}
        out["peers"] = versions
        for path in reports:  # once to warm up, and for the answers
            for side in sides.values():
                side.keep(path)
        for _ in range(ROUNDS):
            taken = _round(sides, reports)
            for name, one in taken.items():
                seconds[name].append(one)
        for name, side in sides.items():
            out |= _told(name, side, statistics.median(seconds[name]), out["characters"])
            out |= {f"{name}_{key}": value for key, value in score(folder, side, made).items()}
    return out | _ratios(out, readers)


def _round(sides: Mapping[str, Side], reports: Sequence[Path]) -> dict[str, float]:
    """Each report by each side in turn: what the machine does meanwhile, it does to all."""
    taken = dict.fromkeys(sides, 0.0)
    for path in reports:
        for name, side in sides.items():
            taken[name] += side.seconds(path)
    return taken


def _characters(reports: Sequence[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8")) for path in reports)


def _told(name: str, side: Side, seconds: float, characters: int) -> dict[str, Any]:
    return {
        f"{name}_s": round(seconds, 3),
        f"{name}_characters_per_s": round(characters / seconds),
        f"{name}_figures": sum(len(one["figures"]) for one in side.answers.values()),
    }


def _ratios(out: Mapping[str, Any], readers: Sequence[str]) -> dict[str, float]:
    if "qianxian" not in readers:
        return {}
    ours = out["qianxian_s"]
    return {
        f"{name}_to_qianxian": round(out[f"{name}_s"] / ours, 2)
        for name in readers
        if name != "qianxian"
    }


class Side:
    """One reader in a process of its own, asked for one report at a time."""

    def __init__(self, name: str, folder: Path, made: Path) -> None:
        python = sys.executable
        if name in PEERS:
            python = python_with(PEER_PACKAGES, made, "QIANXIAN_NUMBER_READERS")
        command = [python, "-m", "bench.number_readers", name]
        if name == "obvious":
            command.append(str(folder / "obvious.py"))
        self.name = name
        self.answers: dict[str, dict[str, Any]] = {}
        self._process = subprocess.Popen(  # noqa: S603 - a python of the bench's own
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.version = self._line()["version"]

    def __enter__(self) -> Side:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()  # the end of its input ends it

    def _line(self) -> dict[str, Any]:
        if self._process.stdout is None:
            raise SystemExit("no pipe")
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended: see what it said above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ask(self, path: Path) -> dict[str, Any]:
        if self._process.stdin is None:
            raise SystemExit("no pipe")
        self._process.stdin.write(f"{path.resolve()}\n")
        self._process.stdin.flush()
        return self._line()

    def keep(self, path: Path) -> None:
        self.answers[path.name] = self._ask(path)

    def seconds(self, path: Path) -> float:
        return float(self._ask(path)["seconds"])


def score(folder: Path, side: Side, made: Path) -> dict[str, float]:
    """What score.py says of one side's answers on the labelled reports."""
    answers = made / f"{side.name}.jsonl"
    answers.write_text(
        "\n".join(
            json.dumps(
                {"file": name, "figures": one["figures"], "findings": []}, ensure_ascii=False
            )
            for name, one in side.answers.items()
        ),
        encoding="utf-8",
    )
    command = [sys.executable, str(folder / "score.py")]
    command += [str(folder / "labels"), str(folder / "reports"), str(answers)]
    done = subprocess.run(  # noqa: S603 - the scorer beside the reports
        command, capture_output=True, text=True, check=True, timeout=300
    )
    words = done.stdout.strip().splitlines()[-1].split()
    said = dict(word.split("=") for word in words)
    return {key: float(said[key]) for key in _SCORES}


if __name__ == "__main__":
    main()
