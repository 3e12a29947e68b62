"""What other rooms show on the page of an entry.

A room above this one (matters: where it stands and which steps are next) registers a builder in
its app's `ready()`:

    from qianxian.ledgers import blocks

    blocks.register(matter_block)

    def matter_block(request: HttpRequest, entry: Entry) -> blocks.Block | None:
        if not entry.definition.flow:
            return None
        return blocks.Block("matters/block.html", {"steps": …}, place="top")

The entry has passed the gate for this reader already. The template is included with the page's
context and the block's own on top of it; None leaves the page as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest

from qianxian.ledgers.models import Entry


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the entry's page. `top` stands above the fields, `main` below, `side` beside."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    place: Literal["top", "main", "side"] = "top"


Builder = Callable[[HttpRequest, Entry], Block | None]

_builders: list[Builder] = []


def register(builder: Builder) -> None:
    """Called once for each builder, when its room is ready; blocks keep that order."""
    if builder not in _builders:
        _builders.append(builder)


def blocks_of(request: HttpRequest, entry: Entry) -> dict[str, list[Block]]:
    """The blocks of this entry by where they stand."""
    found: dict[str, list[Block]] = {"top": [], "main": [], "side": []}
    for builder in _builders:
        if block := builder(request, entry):
            found[block.place].append(block)
    return found
