"""A flow as a drawing: its states in one column, its steps as lines beside it. Pure geometry.

One column reads on a phone and on paper alike. A step to the next state is a line between the two;
any other has a lane of its own, on the right where it leads on, on the left where it leads back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qianxian.matters import flows
from qianxian_packs import Flow, Step

_WIDTH, _GAP, _LANE, _PORT, _LEAST, _EDGE = 190, 40, 26, 18, 46, 14


@dataclass(frozen=True, slots=True)
class Box:
    """A state. `kind` is open, closed or cancelled; `is_first`: where a matter begins."""

    label: str
    kind: str
    is_first: bool
    x: int
    y: int
    height: int
    width: int = _WIDTH

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def text_y(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A step: lines without an arrow, the line with one, and where its number stands.

    `kind` is the side of its lane; of a line between two states, the kind of the second.
    """

    number: int
    label: str
    plain: tuple[str, ...]
    arrow: str
    x: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Lane:
    """A step that has a lane: between which rows, and in which lane of its side."""

    number: int
    step: Step
    sources: tuple[int, ...]
    target: int
    lane: int = 0

    @property
    def side(self) -> str:
        return "right" if max(self.sources) < self.target else "left"

    @property
    def rows(self) -> tuple[int, ...]:
        return (*self.sources, self.target)

    @property
    def span(self) -> tuple[int, int]:
        return min(self.rows), max(self.rows)


def order_of(flow: Flow) -> list[str]:
    """The states from the first on: the straight way with detours where they leave it, ends last."""
    path = flows.straight(flow)
    rest = [name for name in flow.states if name not in path]
    ended = [name for name in rest if flow.states[name].kind != "open"]
    for name in (name for name in rest if name not in ended):
        before = [
            path.index(s) for step in flow.steps if step.to == name for s in step.from_ if s in path
        ]
        path.insert(max(before, default=len(path) - 1) + 1, name)
    last = [name for name in path if flow.states[name].kind != "open"]
    return [*(name for name in path if name not in last), *last, *ended]


def draw(flow: Flow) -> Drawing:
    order = order_of(flow)
    row = {name: n for n, name in enumerate(order)}
    lanes = _lanes(flow, row)
    left = 1 + max((lane.lane for lane in lanes if lane.side == "left"), default=-1)
    right = 1 + max((lane.lane for lane in lanes if lane.side == "right"), default=-1)
    boxes = _boxes(flow, order, lanes, x=_EDGE + left * _LANE)
    strokes = [
        *_straight_strokes(flow, row, boxes),
        *(_stroke(lane, lanes, boxes) for lane in lanes),
    ]
    last = boxes[-1]
    width = last.x + _WIDTH + right * _LANE + _EDGE
    return Drawing(
        tuple(boxes),
        tuple(sorted(strokes, key=lambda s: s.number)),
        width,
        last.y + last.height + _EDGE,
    )


def _is_next(step: Step, row: dict[str, int]) -> bool:
    return len(step.from_) == 1 and row[step.to] == row[step.from_[0]] + 1


def _direct(flow: Flow, row: dict[str, int]) -> dict[str, Step]:
    """State → the one step that is drawn as a line to the next state."""
    found: dict[str, Step] = {}
    for step in flow.steps:
        if _is_next(step, row):
            found.setdefault(step.from_[0], step)
    return found


def _lanes(flow: Flow, row: dict[str, int]) -> list[_Lane]:
    """The shortest first, so that they lie nearest to the states."""
    direct = {step.id for step in _direct(flow, row).values()}
    wanted = [
        _Lane(n, step, tuple(row[name] for name in step.from_), row[step.to])
        for n, step in enumerate(flow.steps, 1)
        if step.id not in direct
    ]
    wanted.sort(key=lambda each: (each.span[1] - each.span[0], each.number))
    taken: dict[str, list[list[tuple[int, int]]]] = {"left": [], "right": []}
    return [replace(each, lane=_free(taken[each.side], each.span)) for each in wanted]


def _free(lanes: list[list[tuple[int, int]]], span: tuple[int, int]) -> int:
    """The first lane in which nothing lies beside these rows; the span is put there."""
    for n, spans in enumerate(lanes):
        if all(span[1] < other[0] or other[1] < span[0] for other in spans):
            spans.append(span)
            return n
    lanes.append([span])
    return len(lanes) - 1


def _ports(lanes: Iterable[_Lane], row: int, side: str) -> list[int]:
    """Numbers of the steps that touch a state on a side, the nearest lane first."""
    touching = [lane for lane in lanes if lane.side == side and row in lane.rows]
    return [lane.number for lane in sorted(touching, key=lambda each: (each.lane, each.number))]


def _boxes(flow: Flow, order: Sequence[str], lanes: Sequence[_Lane], *, x: int) -> list[Box]:
    y, found = _EDGE, []
    for n, name in enumerate(order):
        most = max(len(_ports(lanes, n, "left")), len(_ports(lanes, n, "right")))
        height = max(_LEAST, _PORT * (most + 1))
        state = flow.states[name]
        found.append(Box(state.label, state.kind, name == flow.initial, x, y, height))
        y += height + _GAP
    return found


def _straight_strokes(flow: Flow, row: dict[str, int], boxes: Sequence[Box]) -> list[Stroke]:
    numbers = {step.id: n for n, step in enumerate(flow.steps, 1)}
    found = []
    for name, step in _direct(flow, row).items():
        above, below = boxes[row[name]], boxes[row[step.to]]
        start, end = above.y + above.height, below.y
        points = f"{above.middle},{start} {below.middle},{end}"
        middle = (start + end) // 2 - 3
        kind = flow.states[step.to].kind
        found.append(Stroke(numbers[step.id], step.label, (), points, above.middle, middle, kind))
    return found


def _stroke(lane: _Lane, lanes: Sequence[_Lane], boxes: Sequence[Box]) -> Stroke:
    first = boxes[0]
    if lane.side == "right":
        edge, x = first.x + _WIDTH, first.x + _WIDTH + _LANE * (lane.lane + 1) - 6
    else:
        edge, x = first.x, first.x - _LANE * (lane.lane + 1) + 6

    def port(row: int) -> int:
        numbers = _ports(lanes, row, lane.side)
        box = boxes[row]
        return box.y + box.height * (numbers.index(lane.number) + 1) // (len(numbers) + 1)

    end = port(lane.target)
    plain = tuple(f"{edge},{port(row)} {x},{port(row)} {x},{end}" for row in lane.sources[1:])
    start = port(lane.sources[0])
    arrow = f"{edge},{start} {x},{start} {x},{end} {edge},{end}"
    return Stroke(lane.number, lane.step.label, plain, arrow, x, (start + end) // 2, lane.side)
