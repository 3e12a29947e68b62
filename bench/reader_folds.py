"""How the reader does on each fifth of the labelled reports, and which errors are left.

python -m bench.reader_folds FOLDER [LABELS...]    scores by fold, and errors by kind
python -m bench.reader_folds FOLDER [LABELS...] --show    each error as well

FOLDER holds reports/, labels/ and score.py, the judge; LABELS are further folders of labels. A
label file NAME.jsonl belongs to the report whose name it begins with; beside it NAME.win may say
from which character to which the report is labelled. Rules are written by hand, not learnt, so a
fold says how far a score hangs on the few reports that it is made of; labels that were made
before any rule saw them say how the reader does on reports to come.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench.machine import say
from qianxian_reader import Document, read, to_json

FOLDS = 5
_TOLD = (
    "recall",
    "precision",
    "measure",
    "kind",
    "status",
    "bound",
    "place",
    "finding_recall",
    "finding_precision",
    "understood",
)
_COMPARED = ("kind", "status", "bound")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label file with what the reader says of the same text."""

    path: Path
    answer: Row

    def rows(self) -> list[Row]:
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="reports/, labels/, score.py")
    parser.add_argument("labels", type=Path, nargs="*", help="further folders of labels")
    parser.add_argument("--show", action="store_true", help="tell each error")
    options = parser.parse_args()
    errors: Counter[str] = Counter()
    judge = _judge(options.folder / "score.py")
    for labels in (options.folder / "labels", *options.labels):
        labelled = [
            _labelled(one, options.folder / "reports") for one in sorted(labels.glob("*.jsonl"))
        ]
        say(f"{labels}: {len(labelled)} files")
        _tell_folds(options.folder, labelled)
        for kind, told in _errors(judge, labelled):
            errors[kind] += 1
            if options.show:
                say(f"  {kind}: {told}")
    say(f"errors: {dict(errors.most_common())}")


def _labelled(path: Path, reports: Path) -> Labelled:
    named = [one for one in reports.glob("*.txt") if path.stem.startswith(one.stem)]
    report = max(named, key=lambda one: len(one.stem))
    document = read(report.read_bytes(), report.name)
    answer: Row = {**to_json(document), "file": f"{path.stem}.txt"}
    window = path.with_suffix(".win")
    if window.exists():
        start, end = map(int, window.read_text("utf-8").split())
        answer["figures"] = _within(document, answer["figures"], start, end)
        answer["findings"] = []  # only the figures of such a window are labelled
    return Labelled(path, answer)


def _within(document: Document, figures: list[Row], start: int, end: int) -> list[Row]:
    lines = list(accumulate((len(line) + 1 for line in document.lines), initial=0))
    places = (lines[one.span.line - 1] + one.span.start for one in document.figures)
    return [one for one, place in zip(figures, places, strict=True) if start <= place < end]


def _tell_folds(folder: Path, labelled: Sequence[Labelled]) -> None:
    """A score that a fold has no label for is told as —."""
    folds = [labelled[start::FOLDS] for start in range(min(FOLDS, len(labelled)))]
    scores = [_score(folder, fold) for fold in folds]
    whole = _score(folder, labelled)
    for name in _TOLD:
        each = [score[name] for score in scores if name in score]
        if not each:
            continue
        apart = "  ".join(f"{score[name]:.3f}" if name in score else "—" for score in scores)
        say(
            f"  {name:18} {whole[name]:.3f}   by fold {apart}   from {min(each):.3f} to {max(each):.3f}"
        )


def _score(folder: Path, labelled: Sequence[Labelled]) -> dict[str, float]:
    """What score.py says of these files."""
    with tempfile.TemporaryDirectory() as made:
        labels = Path(made) / "labels"
        labels.mkdir()
        for one in labelled:
            (labels / one.path.name).write_bytes(one.path.read_bytes())
        answers = Path(made) / "answers.jsonl"
        lines = (json.dumps(one.answer, ensure_ascii=False) for one in labelled)
        answers.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(folder / "score.py"), str(labels), made, str(answers)]
        done = subprocess.run(  # noqa: S603 - the scorer beside the reports
            command, capture_output=True, text=True, check=True, timeout=300
        )
    said = dict(word.split("=") for word in done.stdout.strip().splitlines()[-1].split())
    rows = [row for one in labelled for row in one.rows()]
    has_places = any(row.get("place") and not row.get("optional") for row in rows)
    has_findings = any(row["row"] == "finding" and row.get("sure", True) for row in rows)
    return {
        name: float(said[name])
        for name in _TOLD
        if (has_places or name != "place") and (has_findings or "finding" not in name)
    }


def _judge(script: Path) -> Any:
    """score.py as a module, for what it pairs and what it calls a measure."""
    spec = importlib.util.spec_from_file_location("score", script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"no {script}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _errors(judge: Any, labelled: Sequence[Labelled]) -> Iterator[tuple[str, str]]:
    """The kind of each error that counts, and what to look at."""
    for one in labelled:
        rows = one.rows()
        low, high = next((row["lines"] for row in rows if row["row"] == "range"), (1, sys.maxsize))
        figures = [row for row in one.answer["figures"] if low <= row["line"] <= high]
        labels = [row for row in rows if row["row"] == "figure"]
        pairs, missed, extra = judge.pair(labels, figures)
        where = one.path.stem
        for row in missed:
            if not row.get("optional"):
                yield "missed", f"{where} {row['line']} {row['text']} {row['measure']}"
        for row in extra:
            yield "extra", f"{where} {row['line']} {row['text']} {row['measure']}"
        for label, figure in pairs:
            if not label.get("optional"):
                yield from _differences(judge.measured, judge.norm, where, label, figure)


def _differences(
    measured: Callable[[Row, Row], bool],
    norm: Callable[[str], str],
    where: str,
    label: Row,
    figure: Row,
) -> Iterator[tuple[str, str]]:
    at = f"{where} {label['line']} {label['text']}"
    if not measured(label, figure):
        yield "measure", f"{at} {label['must']} got {figure['measure']}"
    for key in _COMPARED:
        if label[key] != figure[key]:
            yield key, f"{at} {label[key]} got {figure[key]}"
    said, place = norm(figure["place"]), norm(label.get("place", ""))
    if place and place not in said:
        yield "place", f"{at} {place} got {said}"
    elif said and not place:
        yield "place said too much", f"{at} got {said}"


if __name__ == "__main__":
    main()
