"""What other rooms show on the page of a household.

A room above this one registers a builder in its app's `ready()`, as with `ledgers.blocks`. The
household has passed the gate, and `home` holds only what this reader may see, so that a builder
that asks `home` cannot show more. `main` stands between what is wrong and the measures, `side`
beside; a panel of `top` would stand above everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qianxian.ledgers.blocks import Block
from qianxian.ledgers.household.reading import Home

Builder = Callable[[Home], Iterable[Block]]

_builders: list[Builder] = []


def register(builder: Builder) -> None:
    """Called once for each builder, when its room is ready; panels keep that order."""
    if builder not in _builders:
        _builders.append(builder)


def panels_of(home: Home) -> dict[str, list[Block]]:
    """The panels of this household by where they stand."""
    found: dict[str, list[Block]] = {"top": [], "main": [], "side": []}
    for builder in _builders:
        for block in builder(home):
            found[block.place].append(block)
    return found
