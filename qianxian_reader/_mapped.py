"""Text that remembers where each of its characters stood in the source."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

# A paragraph break that stands inside one source line (markup, a literal \\r\\n).
BREAK = "\u2028"

Edit = tuple[int, int, str]


@dataclass(slots=True)
class _Runs:
    """The places of a text run by run, as a long text has many characters and few edits.

    at      where in the text each run begins
    source  where in the source its first character stood
    whole   0 for a run that came over one for one, else one more than where that part of the
            source ends which each of its characters stands for
    """

    at: array[int] = field(default_factory=lambda: array("I"))
    source: array[int] = field(default_factory=lambda: array("I"))
    whole: array[int] = field(default_factory=lambda: array("I"))

    def add(self, at: int, source: int, whole: int) -> None:
        goes_on = self.at and not whole and not self.whole[-1]
        if goes_on and source - self.source[-1] == at - self.at[-1]:
            return
        self.at.append(at)
        self.source.append(source)
        self.whole.append(whole)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text, or a slice of one, whose characters each came from a run of the source."""

    text: str
    _runs: _Runs
    _first: int = 0  # where a slice begins in the text that the runs are of

    @classmethod
    def of(cls, text: str) -> Mapped:
        runs = _Runs()
        runs.add(0, 0, 0)
        return cls(text, runs)

    def slice(self, start: int, end: int) -> Mapped:
        return Mapped(self.text[start:end], self._runs, self._first + start)

    def with_text(self, text: str) -> Mapped:
        """The same places under other characters, one for one."""
        if len(text) != len(self.text):
            raise ValueError("another text must be as long as the one it stands for")
        return Mapped(text, self._runs, self._first)

    def replaced(self, edits: Iterable[Edit]) -> Mapped:
        """Put new words in place of old ones. Edits are in order and do not overlap.

        Words of the same length keep their places one for one; else each new character stands
        for the whole run that it replaces.
        """
        text: list[str] = []
        runs = _Runs()
        done = kept = 0  # old characters that are in the new text, and that have their places
        length = 0
        for start, end, new in edits:
            text += (self.text[done:start], new)
            done = end
            if len(new) == end - start:
                continue
            self._copy(runs, kept, start, length)
            length += start - kept
            if new:
                first, last = self._replaced_run(start, end)
                runs.add(length, first, last + 1)
                length += len(new)
            kept = end
        if not text:
            return self
        text.append(self.text[done:])
        self._copy(runs, kept, len(self.text), length)
        return Mapped("".join(text), runs)

    def _copy(self, out: _Runs, start: int, end: int, place: int) -> None:
        """The places of a run of this text, for a text that has it at `place`."""
        if start >= end and place:
            return
        begin, runs = self._first + start, self._runs
        number = bisect_right(runs.at, begin) - 1
        last = max(bisect_left(runs.at, self._first + end), number + 1)
        for one in range(number, last):
            at, whole = max(runs.at[one], begin), runs.whole[one]
            source = runs.source[one] if whole else runs.source[one] + at - runs.at[one]
            out.add(place + at - begin, source, whole)

    def _replaced_run(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return self.start(start), self.end(end - 1)
        before = self.end(start - 1) if start else 0
        place = self.start(start) if start < len(self.text) else before
        return place, max(place, before)

    def start(self, index: int) -> int:
        """Where what a character came from begins in the source."""
        index, runs = index + self._first, self._runs
        number = bisect_right(runs.at, index) - 1
        source = runs.source[number]
        return source if runs.whole[number] else source + index - runs.at[number]

    def end(self, index: int) -> int:
        """Where what a character came from ends in the source."""
        index, runs = index + self._first, self._runs
        number = bisect_right(runs.at, index) - 1
        return runs.whole[number] - 1 if runs.whole[number] else self.start(index - self._first) + 1

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The run of the source that a run of this text came from."""
        if start >= end:
            raise ValueError("an empty run has no place")
        runs, first, last = self._runs, self._first + start, self._first + end
        number = bisect_right(runs.at, first) - 1
        source = runs.source[number]
        goes_beyond = number + 1 < len(runs.at) and runs.at[number + 1] < last
        if goes_beyond or runs.whole[number]:
            return self.start(start), self.end(end - 1)
        moved = source - runs.at[number]
        return first + moved, last + moved

    def first_from(self, offset: int, low: int = 0) -> int:
        """The first character, not before `low`, that came from this place of the source or later."""
        runs = self._runs
        number = bisect_left(runs.source, offset)
        following = runs.at[number] if number < len(runs.at) else self._first + len(self.text)
        if number and not runs.whole[number - 1]:
            inside = runs.at[number - 1] + offset - runs.source[number - 1]
            following = min(following, inside)
        return min(max(following - self._first, low), len(self.text))

    def first_beyond(self, offset: int) -> int:
        """The first character that came from something that ends beyond this place."""
        return bisect_right(range(len(self.text)), offset, key=self.end)
