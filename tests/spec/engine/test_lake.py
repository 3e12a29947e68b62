"""The lake's files: named by their content, never replaced, checked before they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qianxian_engine import (
    AttestationTable,
    BadRequest,
    EngineName,
    Lake,
    LakeDamaged,
    LakeFile,
    LakeSource,
    Manifest,
    compute,
    version_schema,
)
from qianxian_figures import Figure, Period
from qianxian_packs import Catalogue, Indicator, Ledger
from tests.spec.engine.manual import BASE, TREE

WORKS = BASE.ledgers["works"]
YEAR = Period.of("2026")


def versions(*rows: tuple[str, int, dict[str, Any]], ledger: Ledger = WORKS) -> pa.Table:
    """Entry, commit and what differs from an entry at A1 of 1 March."""
    day = date(2026, 3, 1)
    usual = {"place": "A1", "on": day, "done_on": day, "deleted": False}
    return pa.Table.from_pylist(
        [{**usual, "entry": e, "from_commit": n, **more} for e, n, more in rows],
        schema=version_schema(ledger),
    )


def read(lake: Lake, file: LakeFile) -> list[tuple[Any, ...]]:
    table = pq.read_table(lake.path("works", file))
    return [(r["entry"], r["from_commit"], r["to_commit"], r["place"]) for r in table.to_pylist()]


def test_sealing_keeps_what_stands_and_what_was_superseded(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = lake.seal(WORKS, None, versions(("b", 1, {}), ("a", 2, {})), commit=2)
    tail = versions(
        ("a", 3, {"place": "B1"}), ("a", 5, {}), ("c", 4, {}), ("b", 5, {"deleted": True})
    )

    second = lake.seal(WORKS, first, tail, commit=5)

    assert (first.history, second.commit) == ((), 5)
    assert read(lake, second.current) == [("a", 5, None, "A1"), ("c", 4, None, "A1")]
    by_tail, within_tail = second.history
    assert read(lake, by_tail) == [("a", 2, 3, "A1"), ("b", 1, 5, "A1")]
    assert read(lake, within_tail) == [("a", 3, 5, "B1")]
    assert {(f.first_commit, f.last_commit) for f in second.history} == {(3, 5)}


def test_sealing_leaves_the_commits_after_it_in_the_tail(tmp_path: Path) -> None:
    lake = Lake(tmp_path)

    made = lake.seal(WORKS, None, versions(("a", 1, {}), ("a", 2, {"place": "B1"})), commit=1)

    assert read(lake, made.current) == [("a", 1, None, "A1")]


def test_files_lie_sorted_by_place_and_date_and_are_named_by_their_digest(tmp_path: Path) -> None:
    rows = versions(("a", 1, {"place": "B1"}), ("b", 1, {"on": date(2026, 4, 1)}), ("c", 1, {}))

    made = Lake(tmp_path).seal(WORKS, None, rows, commit=1)

    assert [row[0] for row in read(Lake(tmp_path), made.current)] == ["c", "b", "a"]
    assert [p.name for p in tmp_path.glob("*/*")] == [f"{made.current.digest}.parquet"]
    assert made.current.rows == 3


def test_the_same_content_is_the_same_file_and_is_not_written_again(tmp_path: Path) -> None:
    rows = versions(("a", 1, {}))
    first = Lake(tmp_path).seal(WORKS, None, rows, commit=1)
    path = Lake(tmp_path).path("works", first.current)
    written = path.stat().st_mtime_ns

    again = Lake(tmp_path).rebuild(WORKS, rows, commit=1)

    assert again == first
    assert path.stat().st_mtime_ns == written


def test_a_rebuilt_lake_holds_the_same_versions(tmp_path: Path) -> None:
    rows = versions(
        ("a", 1, {}), ("a", 2, {"place": "B1"}), ("b", 2, {}), ("b", 3, {"deleted": True})
    )
    lake = Lake(tmp_path)
    step_by_step: Manifest | None = None
    for commit in (1, 2, 3):
        tail = rows.filter(pa.compute.equal(rows["from_commit"], commit))
        step_by_step = lake.seal(WORKS, step_by_step, tail, commit=commit)

    rebuilt = lake.rebuild(WORKS, rows, commit=3)

    assert step_by_step is not None
    assert rebuilt.current == step_by_step.current
    assert sorted(r for f in rebuilt.history for r in read(lake, f)) == sorted(
        r for f in step_by_step.history for r in read(lake, f)
    )


def test_sealing_before_the_last_seal_is_refused(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    made = lake.seal(WORKS, None, versions(("a", 1, {})), commit=4)

    with pytest.raises(BadRequest, match="works is sealed at commit 4, not before at 3"):
        lake.seal(WORKS, made, versions(), commit=3)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_changed_byte_is_an_error_that_names_the_file(tmp_path: Path, engine: EngineName) -> None:
    lake = Lake(tmp_path)
    made = lake.seal(WORKS, None, versions(("a", 1, {})), commit=1)
    path = lake.path("works", made.current)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))

    with pytest.raises(LakeDamaged, match=f"{made.current.digest}.*do not match") as raised:
        _count(BASE, LakeSource(lake, {"works": made}, lambda *_: versions()), engine)
    assert raised.value.path == path


def test_the_engine_reads_no_file_outside_the_folder_of_its_source(tmp_path: Path) -> None:
    class Elsewhere(LakeSource):
        folder = tmp_path / "elsewhere"

    lake = Lake(tmp_path / "lake")
    made = lake.seal(WORKS, None, versions(("a", 1, {})), commit=1)

    with pytest.raises(duckdb.PermissionException, match="Cannot access file"):
        _count(BASE, Elsewhere(lake, {"works": made}, lambda *_: versions()), "duckdb")


def test_a_file_that_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    made = lake.seal(WORKS, None, versions(("a", 1, {})), commit=1)
    lake.verify(made)
    lake.path("works", made.current).unlink()

    with pytest.raises(LakeDamaged, match=f"{made.current.digest}.*gone"):
        lake.verify(made)


def test_private_fields_are_never_in_the_lake(tmp_path: Path) -> None:
    household = BASE.ledgers["household"]
    assert household.by_name["phone"].private
    row = {"entry": "h", "place": "A1", "deleted": False, "from_commit": 1, "phone": "13900000000"}
    with_phone = pa.Table.from_pylist([row])

    made = Lake(tmp_path).seal(household, None, with_phone, commit=1)

    names = pq.read_schema(Lake(tmp_path).path("household", made.current)).names
    assert "persons" in names
    assert "phone" not in names


def test_files_that_no_manifest_names_can_be_found(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first = lake.seal(WORKS, None, versions(("a", 1, {})), commit=1)
    second = lake.seal(WORKS, first, versions(("a", 2, {"place": "B1"})), commit=2)

    assert lake.stray([first, second]) == ()
    assert lake.stray([second]) == (lake.path("works", first.current),)


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_field_that_came_later_is_empty_in_older_files(
    tmp_path: Path, engine: EngineName
) -> None:
    before = _works_with("pieces")
    lake = Lake(tmp_path)
    made = lake.seal(
        before.ledgers["works"],
        None,
        versions(("a", 1, {"pieces": 3}), ("b", 1, {"pieces": 4}), ledger=before.ledgers["works"]),
        commit=1,
    )
    newer = versions(("b", 2, {"pieces": 4, "money": 7}))
    sealed_again = lake.seal(WORKS, made, newer, commit=2)

    for source in (
        LakeSource(lake, {"works": made}, lambda *_: newer),
        LakeSource(lake, {"works": sealed_again}, lambda *_: versions()),
    ):
        assert _sum("money", BASE, source, engine, as_of=2) == 7
        assert _sum("money", BASE, source, engine, as_of=1) is None
        # The definition of the day before still gives the figure of the day before.
        assert _sum("pieces", before, source, engine, as_of=1) == 7


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_a_field_that_was_dropped_is_still_there_for_the_definition_of_its_day(
    tmp_path: Path, engine: EngineName
) -> None:
    after = _works_with("money")
    lake = Lake(tmp_path)
    rows = versions(("a", 1, {"pieces": 3, "money": 1}), ("b", 1, {"pieces": 4, "money": 2}))
    made = lake.seal(WORKS, None, rows, commit=1)
    tail = versions(("b", 2, {"money": 5}), ledger=after.ledgers["works"])
    sealed_again = lake.seal(after.ledgers["works"], made, tail, commit=2)

    source = LakeSource(lake, {"works": sealed_again}, lambda *_: versions())

    assert _sum("money", after, source, engine, as_of=2) == 6
    assert _sum("pieces", BASE, source, engine, as_of=1) == 7


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
@pytest.mark.parametrize(
    ("old", "new", "expected"), [("integer", "money", 3), ("money", "integer", None)]
)
def test_a_number_can_gain_digits_but_a_value_is_never_cut(
    tmp_path: Path, engine: EngineName, old: str, new: str, expected: int | None
) -> None:
    before, after = _works_with("pieces", old), _works_with("pieces", new)
    lake = Lake(tmp_path)
    rows = versions(("a", 1, {"pieces": 3}), ledger=before.ledgers["works"])
    made = lake.seal(before.ledgers["works"], None, rows, commit=1)

    source = LakeSource(lake, {"works": made}, lambda *_: versions())

    assert _sum("pieces", after, source, engine, as_of=1) == expected


def _works_with(field: str, kind: str | None = None) -> Catalogue:
    """The works ledger with one number only, perhaps of another type."""
    kept = [WORKS.by_name["done_on"], WORKS.by_name[field]]
    if kind is not None:
        kept[1] = kept[1].model_copy(update={"type": kind})
    return Catalogue.of(
        [BASE.ledgers["household"], WORKS.model_copy(update={"fields": tuple(kept)})]
    )


def _sum(
    field: str, catalogue: Catalogue, source: LakeSource, engine: EngineName, *, as_of: int
) -> Any:
    return _count(catalogue, source, engine, value=f"sum({field})", as_of=as_of).value


def _count(
    catalogue: Catalogue,
    source: LakeSource,
    engine: EngineName,
    *,
    value: str = "count",
    as_of: int = 1,
) -> Figure:
    given = {"id": "x", "line": "works", "name": "x", "unit": "件", "kind": "flow", "from": "works"}
    indicator = Indicator.model_validate({**given, "value": value})
    return compute(
        Catalogue.of([*catalogue.ledgers.values(), indicator]),
        ["x"],
        ["T"],
        [YEAR],
        as_of=as_of,
        source=source,
        tree=TREE,
        attested=AttestationTable(),
        engine=engine,
    )[0]
