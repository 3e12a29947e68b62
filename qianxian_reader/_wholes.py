"""The wholes that a list of parts may belong to: which one holds a part, and whether it has room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qianxian_figures import convert, is_comparable, is_count
from qianxian_reader._numbers import Candidate, Form
from qianxian_reader._topic import Topic

_ALL, _ROUNDING = Decimal("0.99"), Decimal("1.05")


@dataclass(frozen=True, slots=True)
class Host:
    """A figure that may have parts."""

    unit: str
    figure: int
    sentence: int


class Wholes:
    """The possible wholes of the sentence at hand and of the last one that had any."""

    def __init__(self, figures: Sequence[Candidate]) -> None:
        self._figures = figures
        self._hosts: list[Host] = []
        self._sentence = -1

    def begin_sentence(self, sentence: int) -> None:
        self._sentence = sentence
        self._hosts = [one for one in self._hosts if one.sentence == self._hosts[-1].sentence]

    def clear(self) -> None:
        self._hosts = []

    def add(self, number: int) -> None:
        self._hosts.append(Host(self._figures[number].unit, number, self._sentence))

    def has_unit(self, unit: str) -> bool:
        return any(one.unit == unit for one in self._hosts)

    def of(self, number: int, topic: Topic) -> int | None:
        """The last whole in a part's unit, else the last whole."""
        if topic.inner is not None:
            return topic.inner
        part = self._figures[number]
        here = [one for one in self._hosts if one.sentence == self._sentence] or self._hosts
        same = [
            one.figure
            for one in here
            if one.unit == part.unit and self._figures[one.figure].value >= part.value
        ]
        return same[-1] if same else topic.figure

    def can_hold(self, whole: int, number: int) -> bool:
        """A share of the students is no whole for their number, nor are tonnes for an area."""
        one, other = self._figures[whole], self._figures[number]
        if is_share(one) or is_share(other):
            return is_share(other)
        return is_comparable(one.unit, other.unit) or (is_count(one.unit) and is_count(other.unit))

    def has_room(self, part: Candidate, topic: Topic) -> bool:
        """Whether the whole is large enough for one more part; once its parts make it up, what
        follows parts it in another way (农业人口和非农业人口；男和女).
        """
        if topic.figure is None or not topic.part_sums:
            return True
        numbers = [one.figure for one in reversed(self._hosts)] or [topic.figure]
        wholes = (self._figures[number] for number in numbers)
        whole = next((one for one in wholes if is_comparable(part.unit, one.unit)), None)
        if whole is None:
            return False
        parts = topic.part_sums.get(part.unit, Decimal(0))
        if convert(parts, part.unit, whole.unit) >= whole.value * _ALL:
            topic.part_sums = dict.fromkeys(topic.part_sums, Decimal(0))
            parts = Decimal(0)
        return convert(parts + part.value, part.unit, whole.unit) <= whole.value * _ROUNDING


def is_share(figure: Candidate) -> bool:
    return figure.form in (Form.PERCENT, Form.SHARE)
