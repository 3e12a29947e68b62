"""Patterns that are tried only where they can begin.

`re` leaps to where a pattern's first character stands, but not for a pattern that begins with a
look behind or with a choice: that one it tries at every character of a text. Told where it can
begin, a pass over a report takes a tenth of the time and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


class Scan:
    """A pattern and what it begins with: `starts` must match wherever the pattern may begin.

    A run of digits may be given whole ([0-9]+) where the pattern begins at no other of them.
    """

    def __init__(self, starts: str, pattern: str) -> None:
        self._starts = re.compile(starts)
        self.pattern = re.compile(pattern)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What `pattern.finditer` gives, in the same order."""
        match = self.pattern.match
        done = 0
        for start in self._starts.finditer(text):
            place = start.start()
            if place >= done and (found := match(text, place)):
                done = found.end()
                yield found
