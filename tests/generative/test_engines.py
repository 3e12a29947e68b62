"""Both engines on generated definitions and data: they agree, sealing changes nothing, traces add up."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianxian_engine import (
    Attestation,
    AttestationTable,
    EngineName,
    LedgerSource,
    MemorySource,
    compute,
    explain,
    trace,
    version_schema,
)
from qianxian_figures import Figure, Period, Rows
from qianxian_packs import Catalogue, Indicator
from tests.spec.engine.manual import BASE, MERGED_ON, TREE
from tests.spec.engine.sealing import sealed

LAST_COMMIT = 8
PLACES = ("T", "A", "B", "C", "A1", "A2", "C1")
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STANDING = {"homes": "count", "people": "sum(persons)", "sizes": "distinct(persons)"}
# Few days, around the merger and the ends of months, so that boundaries are met often.
DAYS = [MERGED_ON + timedelta(days=n) for n in (-31, -30, -2, -1, 0, 1, 30, 31)]
days = st.sampled_from([*DAYS, *DAYS, None])
periods = st.lists(st.sampled_from(DAYS), min_size=2, max_size=2).map(lambda p: Period(*sorted(p)))


def decimals(places: int) -> st.SearchStrategy[Decimal | None]:
    number = st.decimals(-1000, 1000, places=places, allow_nan=False)
    return st.one_of(number, number, number, st.none())


_LEAVES = st.sampled_from(["money", "land", "pieces", "0", "2", "0.50", "-3"])
_TERMS = st.one_of(
    _LEAVES,
    # No more than two factors: a product of three could outgrow a column.
    st.builds("({} * {})".format, _LEAVES, _LEAVES),
    st.builds("coalesce({}, {})".format, st.sampled_from(["money", "land"]), _LEAVES),
    st.just("(done_on - begun_on)"),
)
_NUMBERS = st.one_of(
    _TERMS,
    st.builds("({} {} {})".format, _TERMS, st.sampled_from("+-"), _TERMS),
)
COMPARISONS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
CONDITIONS = st.one_of(
    st.builds("{} {} {}".format, _NUMBERS, COMPARISONS, _NUMBERS),
    st.builds("begun_on {} done_on".format, COMPARISONS),
    st.builds("{} {} '2026-06-15'".format, st.sampled_from(["begun_on", "done_on"]), COMPARISONS),
    st.builds("{} is null".format, st.sampled_from(["money", "kind", "done_on", "state"])),
    st.builds(
        "{} {} '{}'".format,
        st.sampled_from(["kind", "state", "place"]),
        COMPARISONS,
        st.sampled_from(["new", "repair", "A1", "中"]),
    ),
    st.just("kind in ('new', 'old')"),
    st.just("not pieces in (1, 2)"),
    st.just("land between 1 and 100"),
)
WHERES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=4,
)


@st.composite
def indicators(draw: st.DrawFn, name: str) -> Indicator:
    kind = draw(st.sampled_from(["flow", "stock"]))
    value = draw(
        st.sampled_from(
            [
                "count",
                "sum(money)",
                "sum(land)",
                "sum(pieces)",
                "latest(land)",
                "latest(pieces)",
                "distinct(subject)",
                "distinct(kind)",
                "distinct(money)",
            ]
        )
    )
    given: dict[str, Any] = {"kind": kind, "value": value, "from": "works"}
    if kind == "stock":
        given["during"] = draw(st.sampled_from([("begun_on", "done_on"), ("done_on", "begun_on")]))
    elif draw(st.booleans()):
        given["on"] = "begun_on"
    if draw(st.integers(0, 2)) == 0:
        given["where"] = draw(WHERES)
    if value in ("count", "distinct(subject)") and draw(st.booleans()):
        given |= {"counts": ("household", "person"), "person": "subject.persons"}
    return Indicator.model_validate(
        {"id": name, "line": "works", "name": name, "unit": "件", **given}
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Indicators of one ledger, which share a scan; the rate of two; what a register holds."""
    names = ["one", "two", "three"][: draw(st.integers(2, 3))]
    parts = {"numerator": "one", "denominator": "two"}
    rate = {"id": "rate", "line": "works", "name": "rate", "unit": "%", "kind": "rate", **parts}
    return Catalogue.of(
        [
            *BASE.ledgers.values(),
            *(draw(indicators(name)) for name in names),
            Indicator.model_validate(rate),
            *(_standing(name, value) for name, value in STANDING.items()),
        ]
    )


def _standing(name: str, value: str) -> Indicator:
    given = {"id": name, "line": "works", "name": name, "unit": "户", "kind": "stock"}
    return Indicator.model_validate({**given, "from": "household", "value": value})


def _saved(
    entries: list[str], states: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Versions: at each commit some of the entries are made, changed, moved, deleted or restored."""
    saved = st.fixed_dictionaries(
        {"entry": st.sampled_from(entries), "from_commit": st.integers(1, LAST_COMMIT)}
    )
    version = st.builds(
        lambda head, state, deleted: {**state, **head, "deleted": deleted},
        saved,
        states,
        st.sampled_from([False, False, False, True]),
    )
    return st.lists(
        version, min_size=4, max_size=30, unique_by=lambda v: (v["entry"], v["from_commit"])
    )


WORKS = _saved(
    [f"w{n}" for n in range(9)],
    st.builds(
        lambda **state: {**state, "on": state["done_on"]},
        place=st.sampled_from(["T", "A", "A1", "A2", "B1", "C", "C1"]),
        subject=st.sampled_from([None, "h0", "h1", "h2"]),
        state=st.sampled_from([None, "new", "repair", "中"]),
        begun_on=days,
        done_on=days,
        kind=st.sampled_from([None, "new", "repair"]),
        pieces=st.none() | st.integers(-5, 5),
        money=decimals(2),
        land=decimals(4),
    ),
)


@st.composite
def stretches(draw: st.DrawFn) -> list[str]:
    """Stretches of days that do not overlap, some of them under another place."""
    cuts = sorted(draw(st.sets(st.sampled_from(DAYS), max_size=4)))
    ends = ["" if draw(st.booleans()) else "2020-01-01", *(day.isoformat() for day in cuts), ""]
    places = st.sampled_from(["", "C1", "B1"])
    pairs = list(itertools.pairwise(ends))
    kept = [pair for pair in pairs if draw(st.integers(0, 3))]
    return [f"{first}/{gone}/{draw(places)}" for first, gone in kept]


HOUSEHOLDS = _saved(
    ["h0", "h1", "h2"],
    st.fixed_dictionaries(
        {
            "place": st.sampled_from(["A1", "C1"]),
            "persons": st.none() | st.integers(0, 9),
            "episodes": st.none() | stretches(),
        }
    ),
)
VERSIONS = st.fixed_dictionaries({"works": WORKS, "household": HOUSEHOLDS}).map(
    lambda rows: {
        name: pa.Table.from_pylist(rows.get(name, []), schema=version_schema(ledger))
        for name, ledger in BASE.ledgers.items()
    }
)
ATTESTED = st.lists(
    st.builds(
        Attestation,
        st.just("works"),
        st.sampled_from(["A", "B", "C"]),
        periods,
        from_commit=st.integers(1, LAST_COMMIT),
        to_commit=st.none() | st.integers(1, LAST_COMMIT),
    ),
    max_size=4,
).map(AttestationTable)
COMMITS = st.integers(0, LAST_COMMIT + 1)
MODES = st.sampled_from(["as_then", "as_now"])
SEALS = st.sets(st.integers(1, LAST_COMMIT), min_size=1, max_size=4).map(sorted)


@pytest.fixture(scope="module")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One lake for all examples: files are named by their content, so none is in another's way."""
    return tmp_path_factory.mktemp("lake")


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """What `compute` wants but source, as_of and engine."""
    return {
        "catalogue": draw(catalogues()),
        "periods": draw(st.lists(periods, min_size=1, max_size=3)),
        "mode": draw(MODES),
        "attested": draw(ATTESTED),
    }


def _figures(
    question: dict[str, Any], source: LedgerSource, as_of: int, engine: EngineName = "duckdb"
) -> list[Figure]:
    return compute(
        **question,
        indicators=list(question["catalogue"].indicators),
        places=PLACES,
        as_of=as_of,
        source=source,
        tree=TREE,
        engine=engine,
    )


@pytest.mark.slow
@SETTINGS
@given(questions(), VERSIONS, COMMITS)
def test_both_engines_give_the_same_figures(
    question: dict[str, Any], versions: dict[str, pa.Table], as_of: int
) -> None:
    source = MemorySource(versions)

    reference = _figures(question, source, as_of, "reference")

    assert _figures(question, source, as_of, "duckdb") == reference


@pytest.mark.slow
@SETTINGS
@given(question=questions(), versions=VERSIONS, as_of=COMMITS, seals=SEALS)
def test_sealing_never_changes_a_figure(
    lake_folder: Path,
    question: dict[str, Any],
    versions: dict[str, pa.Table],
    as_of: int,
    seals: list[int],
) -> None:
    before = _figures(question, MemorySource(versions), as_of)

    source = sealed(BASE.ledgers, versions, lake_folder, seals)

    assert _figures(question, source, as_of, "duckdb") == before
    assert _figures(question, source, as_of, "reference") == before


@pytest.mark.slow
@SETTINGS
@given(questions(), VERSIONS, COMMITS, st.sampled_from(PLACES))
def test_the_amounts_of_a_trace_add_up_to_the_value(
    question: dict[str, Any], versions: dict[str, pa.Table], as_of: int, place: str
) -> None:
    catalogue, period = question["catalogue"], question["periods"][0]
    at = {"as_of": as_of, "source": MemorySource(versions), "tree": TREE, "mode": question["mode"]}

    figure, *_ = compute(catalogue, ["one"], [place], [period], attested=AttestationTable(), **at)
    rows = trace(catalogue, "one", place, period, **at)

    amounts = [row.amount for row in rows if row.amount is not None]
    assert figure.value == (sum(amounts) if amounts else None)
    assert figure.provenance == Rows("works", len(rows))
    assert rows == trace(catalogue, "one", place, period, engine="reference", **at)


@pytest.mark.slow
@SETTINGS
@given(
    question=questions(),
    versions=VERSIONS,
    commits=st.tuples(COMMITS, COMMITS).map(sorted),
    seals=SEALS,
)
def test_what_came_went_and_changed_is_the_difference(
    lake_folder: Path,
    question: dict[str, Any],
    versions: dict[str, pa.Table],
    commits: list[int],
    seals: list[int],
) -> None:
    catalogue, period = question["catalogue"], question["periods"][0]
    first, second = commits

    source = sealed(BASE.ledgers, versions, lake_folder, seals)
    at = {"source": source, "tree": TREE, "mode": question["mode"]}

    before, after = (
        compute(catalogue, ["one"], ["T"], [period], attested=AttestationTable(), as_of=n, **at)
        for n in commits
    )
    told = explain(catalogue, "one", "T", period, as_of_1=first, as_of_2=second, **at)

    changes = [*told.came, *told.went, *told.changed]
    difference = sum((c.after or 0) - (c.before or 0) for c in changes)
    assert (after[0].value or 0) - (before[0].value or 0) == difference
    assert all(c.commits for c in (*told.came, *told.went))
    assert all(first < n <= second for c in changes for n in c.commits)
