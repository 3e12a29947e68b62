"""Six indicators of ten villages in twelve months over 100,000 entries, beside SQL by hand.

python -m bench.bench_indicators         measure, print, append to results/indicators.jsonl
python -m bench.bench_indicators --dry   measure and print only
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.engine_by_hand import Answer, ByHand
from bench.engine_data import (
    ENTRIES,
    LAST_COMMIT,
    MONTHS,
    SEALED_AT,
    VILLAGES,
    attestations,
    catalogue,
    place_tree,
    sealed_lake,
)
from bench.machine import tell
from qianxian_engine import compute
from qianxian_figures import Figure

PACKAGES = ("duckdb", "pyarrow", "sqlglot")
INDICATORS = (
    "toilets_renovated",
    "toilets_completed",
    "toilet_acceptance_rate",
    "toilet_beneficiaries",
    "toilets_under_way",
    "cleanup_activities",
)
RUNS = 25
# As things stand, with a tail; and as they stood between the first two seals, with history.
AS_OF = {"now": LAST_COMMIT, "past": (SEALED_AT[0] + SEALED_AT[1]) // 2}


def measure(folder: Path) -> dict[str, object]:
    definitions, tree, attested = catalogue(), place_tree(), attestations()
    source = sealed_lake(folder, definitions)
    by_hand = ByHand(source)
    out: dict[str, object] = {
        "entries": sum(ENTRIES.values()),
        "figures": len(INDICATORS) * len(VILLAGES) * len(MONTHS),
        "tail": sum(source.tail(ledger).num_rows for ledger in ENTRIES),
        "runs": RUNS,
        # Above the number of cores the machine did other things too.
        "load": round(os.getloadavg()[0], 1),
    }
    for name, as_of in AS_OF.items():
        ask = partial(
            compute,
            definitions,
            INDICATORS,
            VILLAGES,
            MONTHS,
            as_of=as_of,
            source=source,
            tree=tree,
            attested=attested,
        )
        check(ask(), by_hand.answer(as_of))
        engine, hand = side_by_side(ask, partial(by_hand.answer, as_of))
        out |= {
            f"{name}_engine_s": round(engine, 4),
            f"{name}_by_hand_s": round(hand, 4),
            f"{name}_ratio": round(engine / hand, 2),
        }
    return out


def check(figures: list[Figure], answer: Answer) -> None:
    """Both sides say the same, cell by cell, before either is timed."""
    for figure in figures:
        if figure.indicator == "toilet_acceptance_rate" or figure.period is None:
            continue
        persons = figure.parts[1].value if figure.parts else None
        expected = answer.get((figure.indicator or "", figure.place, figure.period.start.month))
        if (figure.value or None, persons or None) != (expected or (None, None)):
            raise SystemExit(f"the two sides differ: {figure} against {expected}")


def side_by_side(*works: Callable[[], object]) -> list[float]:
    """Medians of runs taken in turn, so that what else the machine does falls on both."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(RUNS):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    is_dry = parser.parse_args().dry
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder))
    tell("indicators", measured, PACKAGES, is_dry=is_dry)


if __name__ == "__main__":
    main()
