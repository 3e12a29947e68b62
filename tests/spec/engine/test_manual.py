"""Every case of the manual on both engines, however much of the lake is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest

from qianxian_engine import (
    Change,
    EngineName,
    LedgerSource,
    Mode,
    breakdown,
    compute,
    explain,
    trace,
)
from qianxian_figures import Figure, Period, Rows, rounded
from tests.spec.engine.manual import BASE, TREE, Case, Row, cases
from tests.spec.engine.sealing import last_commit, sealed

CASES = list(cases())
# Which commits are sealed, out of all.
SEALS: dict[str, Callable[[int], Iterable[int]]] = {
    "unsealed": lambda last: [],
    "sealed half-way": lambda last: [last // 2],
    "sealed at every commit": lambda last: range(1, last + 1),
}


@pytest.fixture(scope="module")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lake for all cases: files are named by their content, so none is in another's way."""
    return tmp_path_factory.mktemp("lake")


@pytest.mark.parametrize("seal", SEALS)
@pytest.mark.parametrize("engine", ["reference", "duckdb"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_manual_is_right(case: Case, engine: EngineName, seal: str, lake_folder: Path) -> None:
    versions = case.versions()
    source = sealed(BASE.ledgers, versions, lake_folder, SEALS[seal](last_commit(versions)))

    answers = [
        *_figures(case, source, engine),
        *_traces(case, source, engine),
        *_explanations(case, source, engine),
        *_breakdowns(case, source, engine),
    ]

    assert answers
    assert [found for found, _ in answers] == [expected for _, expected in answers]


def _figures(case: Case, source: LedgerSource, engine: EngineName) -> list[tuple[Row, Row]]:
    """All figures of one commit and tree are asked for together, as a page would."""
    answers = []
    for (as_of, mode), group in groupby(
        case.tables.get("figure", []), key=lambda row: (row["as of"], _mode(row))
    ):
        rows = list(group)
        figures = compute(
            case.catalogue(),
            sorted({row["figure"] for row in rows}),
            sorted({row["place"] for row in rows}),
            sorted({Period.of(row["period"]) for row in rows}),
            as_of=int(as_of),
            source=source,
            tree=TREE,
            attested=case.attested(),
            mode=mode,
            engine=engine,
        )
        by_cell = {(f.indicator, f.place, f.period): f for f in figures}
        for row in rows:
            figure = by_cell[row["figure"], row["place"], Period.of(row["period"])]
            answers.append(({**row, **_shown(figure, row)}, row))
    return answers


def _shown(figure: Figure, row: Row) -> Row:
    """The figure in the words of the row's own columns."""
    coverage, provenance = figure.coverage, figure.provenance
    assert coverage is not None
    values = [part.value for part in figure.parts]
    texts = {
        "value": _text(figure.value, row["value"]),
        "rows": str(provenance.count) if isinstance(provenance, Rows) else "",
        "attested": ", ".join(coverage.attested),
        "missing": ", ".join(coverage.missing),
        "parts": " / ".join(map(_text, values, row.get("parts", "").split(" / "))),
        "households": _text(values[0], row.get("households", "")) if values else "",
        "persons": _text(values[1], row.get("persons", "")) if values else "",
    }
    return {name: texts[name] for name in row if name in texts}


def _traces(case: Case, source: LedgerSource, engine: EngineName) -> list[tuple[Row, Row]]:
    answers = []
    for row in case.tables.get("trace", []):
        found = trace(
            case.catalogue(),
            row["trace"],
            row["place"],
            Period.of(row["period"]),
            as_of=int(row["as of"]),
            source=source,
            tree=TREE,
            mode=_mode(row),
            engine=engine,
        )
        expected = [part.split() for part in row["entries"].split(", ")]
        texts = [
            f"{r.entry} {_text(r.amount, e[-1])}" for r, e in zip(found, expected, strict=False)
        ]
        answers.append(({**row, "entries": ", ".join(texts[: len(found)])}, row))
        assert len(found) == len(expected)
    return answers


def _explanations(case: Case, source: LedgerSource, engine: EngineName) -> list[tuple[Row, Row]]:
    answers = []
    for row in case.tables.get("explain", []):
        found = explain(
            case.catalogue(),
            row["explain"],
            row["place"],
            Period.of(row["period"]),
            as_of_1=int(row["from"]),
            as_of_2=int(row["to"]),
            source=source,
            tree=TREE,
            engine=engine,
        )
        texts = {
            "came": ", ".join(_told(c, str(c.after)) for c in found.came),
            "went": ", ".join(_told(c, str(c.before)) for c in found.went),
            "changed": ", ".join(_told(c, f"{c.before} to {c.after}") for c in found.changed),
        }
        answers.append(({**row, **texts}, row))
    return answers


def _breakdowns(case: Case, source: LedgerSource, engine: EngineName) -> list[tuple[Row, Row]]:
    answers = []
    for row in case.tables.get("breakdown", []):
        found = breakdown(
            case.catalogue(),
            row["breakdown"],
            row["by"],
            [row["place"]],
            [Period.of(row["period"])],
            as_of=int(row["as of"]),
            source=source,
            tree=TREE,
            attested=case.attested(),
            engine=engine,
        )
        texts = {
            key or "empty": _text(figures[0].value, row[key or "empty"])
            for key, figures in found.items()
        }
        answers.append(({**row, **texts}, row))
    return answers


def _told(change: Change, amount: str) -> str:
    return f"{change.entry} {amount} in {' '.join(map(str, change.commits))}".rstrip()


def _text(value: Decimal | None, expected: str) -> str:
    """The value as it is expected to be written, where it is the same number."""
    if value is None:
        return "-"
    if expected.startswith("≈"):
        return f"≈{rounded(value, len(expected.partition('.')[2]))}"
    is_same = expected not in ("", "-") and value == Decimal(expected)
    return expected if is_same else str(value)


def _mode(row: Row) -> Mode:
    return "as_now" if row.get("mode") == "as_now" else "as_then"
