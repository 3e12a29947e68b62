"""What the naming of a paragraph's figures has at hand: its words, what was said, what is spoken of."""

from __future__ import annotations

from collections.abc import Sequence

from qianxian_reader._numbers import Candidate
from qianxian_reader._shared_subjects import Share
from qianxian_reader._subjects import Subjects
from qianxian_reader._tokens import Tokens, Word
from qianxian_reader._topic import Named, Topic
from qianxian_reader._wholes import Wholes


class Scene:
    """The state that goes from clause to clause of one paragraph."""

    def __init__(
        self, figures: Sequence[Candidate], tokens: Tokens, heading: str = "", start: int = 0
    ) -> None:
        """`heading` is the section's; the first `start` characters are a heading's number."""
        self._start = start
        self._figures = figures
        self._tokens = tokens
        self._said = Subjects(heading)
        self._topic = Topic()
        self._stack: list[Topic] = []
        self._sentence = -1
        self._stop = ""  # the mark before the clause at hand
        self._clause_start = 0
        self._run: list[Word] = []  # what stands right before the figure at hand
        self._deed: list[Word] = []  # what stands after the next figure of the clause
        self._shares: dict[int, Share] = {}
        self._wholes = Wholes(figures)
        self._sentence_of: dict[int, int] = {}
        self.named: dict[int, Named] = {}

    def _words(self, start: int, end: int) -> list[Word]:
        return self._tokens.between(max(start, self._start), end)
