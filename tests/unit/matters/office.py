"""A small office whose posts take the steps of any flow, and walks through flows."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, Post, User
from qianxian.ledgers.models import Entry
from qianxian.matters import photos
from qianxian.matters.photos import Photo
from qianxian.matters.services import take_step
from qianxian_packs import Field, Flow, Step


def picture(seed: int = 1, size: tuple[int, int] = (40, 30), form: str = "JPEG") -> io.BytesIO:
    """A small picture that no other seed gives."""
    noise = random.Random(seed)  # noqa: S311  nothing secret
    image = Image.new("RGB", size)
    image.putdata([(noise.randrange(256), seed % 256, 90) for _ in range(size[0] * size[1])])
    out = io.BytesIO()
    image.save(out, form)
    out.seek(0)
    return out


@dataclass
class Office:
    """People and posts for every role of the flows; each role has an A and a B holder."""

    place: Place
    posts: dict[str, Post]
    a: dict[str, User]
    b: dict[str, User]
    _seed: int = field(default=100)

    def photo(self) -> Photo:
        self._seed += 1
        return photos.keep(picture(self._seed, size=(12, 9)))

    def take(
        self,
        entry: Entry,
        step_id: str,
        at: datetime,
        values: Mapping[str, Any] | None = None,
        *,
        by: User | None = None,
        **more: Any,
    ) -> Commit:
        """Take a step as the A holder of its role would, with everything that it needs."""
        flow = flow_of(entry)
        step = flow.step_by_id[step_id]
        given = {
            "values": needed(entry, step, at) if values is None else values,
            "photos": [self.photo() for _ in range(step.evidence.photo + step.evidence.file)],
            "reason": "按规定办" if asks_for_reason(flow, step) else "",
            "post": self.posts[step.role],
            "version": entry.version,
        }
        return take_step(
            entry=entry, step_id=step_id, by=by or self.a[step.role], at=at, **{**given, **more}
        )

    def walk(self, entry: Entry, steps: Sequence[str], at: datetime) -> datetime:
        """Take these steps one after another, a day apart; gives the moment of the last."""
        for n, step in enumerate(steps):
            self.take(entry, step, at + timedelta(days=n))
        return at + timedelta(days=max(len(steps) - 1, 0))


def flow_of(entry: Entry) -> Flow:
    return catalogue().flows[entry.definition.flow or ""]


def asks_for_reason(flow: Flow, step: Step) -> bool:
    return step.reason or flow.states[step.to].kind == "cancelled"


def needed(entry: Entry, step: Step, at: datetime) -> dict[str, Any]:
    """A value that passes for every field that the step needs."""
    day = timezone.localdate(at)
    return {name: value_for(entry.definition.by_name[name], day) for name in step.needs}


def value_for(field: Field, day: date) -> Any:
    lowest = field.min if field.min is not None else Decimal(1)
    samples = {
        "date": day.isoformat(),
        "datetime": f"{day} 09:30",
        "boolean": "是",
        "integer": str(int(lowest)),
        "phone": "13900000000",
    }
    if field.choices:
        return field.choices[0]
    if field.min is not None and field.type not in samples:
        return str(lowest)
    return samples.get(field.type, "按图施工")


def paths(flow: Flow, *, longest: int = 7) -> list[tuple[str, ...]]:
    """Every walk from the beginning to an ended state that repeats no step."""
    found: list[tuple[str, ...]] = []

    def go(state: str, taken: tuple[str, ...]) -> None:
        if flow.states[state].kind != "open":
            found.append(taken)
            return
        for step in flow.steps_from(state):
            if step.id not in taken and len(taken) < longest:
                go(step.to, (*taken, step.id))

    go(flow.initial, ())
    return found


def way_to(flow: Flow, state: str) -> tuple[str, ...]:
    """The shortest walk from the beginning to a state."""
    waiting: list[tuple[str, tuple[str, ...]]] = [(flow.initial, ())]
    seen = {flow.initial}
    while waiting:
        here, taken = waiting.pop(0)
        if here == state:
            return taken
        for step in flow.steps_from(here):
            if step.to not in seen:
                seen.add(step.to)
                waiting.append((step.to, (*taken, step.id)))
    raise AssertionError(f"no way to {state}")


MakeMatter = Callable[..., Entry]
