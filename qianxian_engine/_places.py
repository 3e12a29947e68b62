"""The tree of places with its dated events: who lay below whom, and what merged into what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from qianxian_engine._errors import BadTree, UnknownPlace

Level = Literal["county", "township", "village", "group"]
Mode = Literal["as_then", "as_now"]


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """A place from `valid_from` up to but not including `valid_to`, when it joined `successor`.

    A code names one place for ever. A place that moves to another parent, or a part that is
    split off, is a new node with a new code, as in the statistical codes themselves.
    """

    code: str
    name: str
    level: Level
    parent: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )

    def overlaps(self, start: date, end: date) -> bool:
        """Whether it existed on any day from `start` to `end`."""
        return (self.valid_from is None or self.valid_from <= end) and (
            self.valid_to is None or start < self.valid_to
        )


class PlaceTree:
    """An immutable tree. Codes go in and out; `tree[code]` gives the node.

    `today` is the day that `as_now` speaks of: mergers after it have not happened yet.
    Without it every merger that the tree knows has happened.
    """

    def __init__(self, nodes: Iterable[PlaceNode], *, today: date | None = None) -> None:
        self._nodes = {node.code: node for node in nodes}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._today = today
        self._members: dict[Mode, dict[str, tuple[str, ...]]] = {}
        for node in self._nodes.values():
            if node.parent is not None:
                self._children[node.parent].append(node.code)
        self._refuse_what_is_no_tree()

    def __contains__(self, code: object) -> bool:
        return code in self._nodes

    def __iter__(self) -> Iterator[PlaceNode]:
        return iter(self._nodes.values())

    def __getitem__(self, code: str) -> PlaceNode:
        try:
            return self._nodes[code]
        except KeyError:
            raise UnknownPlace(f"no place {code!r} in the tree") from None

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Parent first, root last."""
        found: list[str] = []
        parent = self[code].parent
        while parent is not None:
            found.append(parent)
            parent = self[parent].parent
        return tuple(found)

    def children(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """Places directly below; with `on`, only those that exist on that day."""
        codes = self._children.get(self[code].code, ())
        return tuple(c for c in codes if on is None or self[c].is_valid(on))

    def descendants(self, code: str) -> tuple[str, ...]:
        """All places below, of any day, each before what lies below it."""
        found: list[str] = []
        for child in self.children(code):
            found += [child, *self.descendants(child)]
        return tuple(found)

    def villages(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """The villages at or below a place; with `on`, only those that exist on that day."""
        return tuple(
            c
            for c in (code, *self.descendants(code))
            if self[c].level == "village" and (on is None or self[c].is_valid(on))
        )

    def resolve(self, code: str, mode: Mode = "as_then") -> str:
        """The place itself (`as_then`), or the place that it has become (`as_now`)."""
        node = self[code]
        while mode == "as_now" and node.successor is not None and self._has_ended(node):
            node = self[node.successor]
        return node.code

    def path(self, code: str, mode: Mode = "as_then") -> tuple[str, ...]:
        """Every place that an entry at `code` counts under: itself first, the root last."""
        found: list[str] = []
        step: str | None = code
        while step is not None:
            found.append(self.resolve(step, mode))
            step = self[found[-1]].parent
        return tuple(found)

    def members(self, code: str, mode: Mode = "as_then") -> tuple[str, ...]:
        """Every place whose entries count under `code`; the reverse of `path`."""
        if mode not in self._members:
            below: dict[str, list[str]] = defaultdict(list)
            for node in self:
                for above in self.path(node.code, mode):
                    below[above].append(node.code)
            self._members[mode] = {above: tuple(codes) for above, codes in below.items()}
        return self._members[mode].get(self[code].code, ())

    def ceases(self, code: str) -> date | None:
        """The first day on which a place, or one above it, is no more."""
        ends = [self[c].valid_to for c in (code, *self.ancestors(code))]
        return min((end for end in ends if end is not None), default=None)

    def _has_ended(self, node: PlaceNode) -> bool:
        return node.valid_to is not None and (self._today is None or node.valid_to <= self._today)

    def _refuse_what_is_no_tree(self) -> None:
        for node in self:
            for other in (node.parent, node.successor):
                if other is not None and other not in self:
                    raise BadTree(f"place {node.code} names {other}, which the tree does not hold")
            if node.successor is not None and node.valid_to is None:
                raise BadTree(f"place {node.code} has a successor but no day of its end")
        steps = {n.code: [c for c in (n.parent, n.successor) if c is not None] for n in self}
        try:
            TopologicalSorter(steps).prepare()
        except CycleError as error:
            raise BadTree(f"places form a circle: {' → '.join(error.args[1])}") from None
