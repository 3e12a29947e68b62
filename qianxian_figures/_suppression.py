"""Small counts that must not be published, in a table with any number of dimensions.

A count of one to four in a village and month can point at a household. Hiding it alone is not
enough where the total is printed beside it, so others are hidden with it until no hidden count
can be had by subtracting along any row, column or other line of the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from itertools import product

# The least count that is published as it is. Zero is published: it points at nobody.
SMALL_COUNT = Decimal(5)

# A cell's coordinates; None stands for the total over that dimension.
Cell = tuple[str | None, ...]


def suppressed(
    counts: Mapping[tuple[str, ...], Decimal], *, threshold: Decimal = SMALL_COUNT
) -> frozenset[Cell]:
    """The cells, and totals of cells, to leave out of a table that prints all its totals.

    The counts are of the finest cells, every key with the same dimensions in the same order.
    Not covered: what can be worked out by solving several lines together.
    """
    cube = _with_totals(counts)
    hidden = {cell for cell, count in cube.items() if 0 < count < threshold}
    lines = _lines(cube)
    is_settled = False
    while not is_settled:
        is_settled = True
        for line in lines:
            cell = _next(line, cube, hidden, threshold)
            if cell is not None:
                hidden.add(cell)
                is_settled = False
    return frozenset(hidden)


def _with_totals(counts: Mapping[tuple[str, ...], Decimal]) -> dict[Cell, Decimal]:
    cube: dict[Cell, Decimal] = defaultdict(Decimal)
    for key, count in counts.items():
        for cell in product(*((part, None) for part in key)):
            cube[cell] += count
    return cube


def _lines(cube: Mapping[Cell, Decimal]) -> list[tuple[Cell, list[Cell]]]:
    """Every total with the cells that add up to it along one dimension."""
    lines: dict[tuple[int, Cell], list[Cell]] = defaultdict(list)
    for cell in cube:
        for axis, part in enumerate(cell):
            if part is not None:
                lines[axis, (*cell[:axis], None, *cell[axis + 1 :])].append(cell)
    return [(total, cells) for (_, total), cells in lines.items()]


def _next(
    line: tuple[Cell, list[Cell]],
    cube: Mapping[Cell, Decimal],
    hidden: set[Cell],
    threshold: Decimal,
) -> Cell | None:
    """The cell that must be hidden too, if the line gives a hidden one away."""
    total, cells = line
    inside = [cell for cell in cells if cell in hidden]
    if total in hidden:
        is_safe = bool(inside)
    else:
        # Two hidden ones that add up to less than the threshold could still be guessed.
        is_safe = not inside or (len(inside) > 1 and sum(cube[c] for c in inside) >= threshold)
    if is_safe:
        return None
    shown = [cell for cell in cells if cell not in hidden and cube[cell]]
    return min(shown, key=lambda cell: (cube[cell], str(cell)), default=total)
