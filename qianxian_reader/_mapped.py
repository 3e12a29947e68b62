"""Text that remembers where each of its characters stood in the source."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A paragraph break that stands inside one source line (markup, a literal \\r\\n).
BREAK = "\u2028"

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Mapped:
    """`text[i]` came from the run `starts[i]:ends[i]` of the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Mapped:
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def slice(self, start: int, end: int) -> Mapped:
        return Mapped(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def with_text(self, text: str) -> Mapped:
        """The same places under other characters, one for one."""
        if len(text) != len(self.text):
            raise ValueError("another text must be as long as the one it stands for")
        return Mapped(text, self.starts, self.ends)

    def replaced(self, edits: Iterable[Edit]) -> Mapped:
        """Put new words in place of old ones. Edits are in order and do not overlap.

        Words of the same length keep their places one for one; else each new character stands
        for the whole run that it replaces.
        """
        text: list[str] = []
        # Compact, as a text of some megabytes has its places held several times over.
        starts, ends = array("I"), array("I")
        done = 0
        for start, end, new in edits:
            text += (self.text[done:start], new)
            _extend(starts, self.starts[done:start])
            _extend(ends, self.ends[done:start])
            if len(new) == end - start:
                _extend(starts, self.starts[start:end])
                _extend(ends, self.ends[start:end])
            elif new:
                first, last = self._run(start, end)
                starts.extend([first] * len(new))
                ends.extend([last] * len(new))
            done = end
        if not text:
            return self
        text.append(self.text[done:])
        _extend(starts, self.starts[done:])
        _extend(ends, self.ends[done:])
        # Views, so that the paragraphs cut out of a text share its places.
        return Mapped("".join(text), memoryview(starts), memoryview(ends))

    def _run(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return self.starts[start], self.ends[end - 1]
        place = (
            self.starts[start] if start < len(self.text) else (self.ends[-1] if self.ends else 0)
        )
        return place, place

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The run of the source that a run of this text came from."""
        if start >= end:
            raise ValueError("an empty run has no place")
        return self.starts[start], max(self.ends[start:end])


def _extend(out: array[int], places: Sequence[int]) -> None:
    if isinstance(places, memoryview) and len(places):
        out.frombytes(places.cast("B"))
    else:
        out.extend(places)
