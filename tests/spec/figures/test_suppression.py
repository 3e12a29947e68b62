"""Small counts do not come out of a table, not even by subtraction."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianxian_figures import SMALL_COUNT, suppressed

Table = dict[tuple[str, ...], Decimal]


def table(**counts: int) -> Table:
    """Keys of letters, one a dimension: `ax` is village a and month x."""
    return {tuple(name): Decimal(count) for name, count in counts.items()}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Nothing is small: nothing is hidden, and zero is not small.
        ({"a": 5, "b": 0, "c": 9}, set()),
        # One small count would be the total less the others: the next larger goes with it.
        ({"a": 3, "b": 8, "c": 20}, {"a", "b"}),
        # Two that add up to less than five could be guessed: a third goes with them.
        ({"a": 1, "b": 1, "c": 20}, {"a", "b", "c"}),
        # Two that add up to five or more hide each other.
        ({"a": 2, "b": 4, "c": 20}, {"a", "b"}),
        # A small total is hidden with what makes it up; the zero stays.
        ({"a": 3, "b": 0}, {"a", "*"}),
        ({"a": 0, "b": 0}, set()),
    ],
)
def test_one_dimension(counts: dict[str, int], expected: set[str]) -> None:
    found = suppressed(table(**counts))

    assert {cell[0] or "*" for cell in found} == expected


def test_in_two_dimensions_rows_and_columns_both_keep_the_secret() -> None:
    found = suppressed(table(ax=3, ay=10, bx=12, by=40))

    # a-x is small; a-y guards the row, b-x the column, and b-y the row and column of those.
    assert found == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_a_total_is_hidden_where_nothing_else_could_guard() -> None:
    found = suppressed(table(ax=3, ay=9, bx=0, by=0))

    # Column x holds only the small count, so that its total would say it.
    assert found == {("a", "x"), ("a", "y"), (None, "x"), (None, "y")}


def test_the_threshold_is_the_least_count_that_is_published() -> None:
    assert suppressed(table(a=4, b=50), threshold=Decimal(4)) == set()
    assert suppressed(table(a=int(SMALL_COUNT), b=50)) == set()
    assert suppressed({}) == set()


TABLES = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)).flatmap(
    lambda size: st.fixed_dictionaries(
        {
            tuple(map(str, key)): st.integers(0, 12).map(Decimal)
            for key in product(*map(range, size))
        }
    )
)


@settings(deadline=None)
@given(TABLES)
def test_no_hidden_count_can_be_had_by_one_subtraction(counts: Table) -> None:
    hidden = suppressed(counts)

    cube: dict[tuple[str | None, ...], Decimal] = {}
    for key, count in counts.items():
        for cell in product(*((part, None) for part in key)):
            cube[cell] = cube.get(cell, Decimal(0)) + count
    assert all(cell in hidden for cell, count in cube.items() if 0 < count < SMALL_COUNT)
    assert all(cube[cell] > 0 for cell in hidden)
    for total, axis in product(cube, range(len(next(iter(cube))))):
        line = [cell for cell in cube if cell[axis] is not None and _total(cell, axis) == total]
        unknown = [cell for cell in (total, *line) if cell in hidden]
        assert not line or len(unknown) != 1


def _total(cell: tuple[str | None, ...], axis: int) -> tuple[str | None, ...]:
    return tuple(None if n == axis else part for n, part in enumerate(cell))
