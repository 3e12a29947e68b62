"""Everything that was found in one sentence, and what of it counts: said, denied, still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from qianxian_packs import Catalogue
from qianxian_reader.jot._amounts import Amount, amounts
from qianxian_reader.jot._days import Day, days
from qianxian_reader.jot._lexicon import Lexicon, Word
from qianxian_reader.jot._model import Clerk
from qianxian_reader.jot._names import Names, Sees, find_names
from qianxian_reader.jot._says import says
from qianxian_reader.jot._text import Clause, clauses, plain
from qianxian_reader.jot._world import World

_ACTING = {"act", "step", "aspect"}


@dataclass(frozen=True)
class Scene:
    """One sentence against one world."""

    text: str
    today: date
    world: World
    catalogue: Catalogue
    clerk: Clerk
    names: Names
    days: tuple[Day, ...]
    words: tuple[Word, ...]
    clauses: tuple[Clause, ...]
    sees: Sees

    @classmethod
    def of(
        cls,
        raw: str,
        *,
        today: date,
        world: World,
        catalogue: Catalogue,
        lexicon: Lexicon,
        clerk: Clerk,
        sees: Sees,
    ) -> Scene:
        text = plain(raw)
        names = find_names(text, world, sees, clerk.village)
        taken = names.spans()
        found_days = tuple(
            d for d in days(text, today) if not any(s < d.end and d.start < e for s, e in taken)
        )
        held = names.spans_of_names()
        words = [w for w in lexicon.find(text) if w.gap or not _inside(w, held)]
        return cls(
            text,
            today,
            world,
            catalogue,
            clerk,
            names,
            found_days,
            tuple(words),
            clauses(text),
            sees,
        )

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        taken = [*self.names.spans(), *((d.start, d.end) for d in self.days)]
        return amounts(self.text, taken)

    def clause_of(self, position: int) -> Clause:
        for clause in self.clauses:
            if clause.start <= position < clause.end:
                return clause
        return Clause(position, position, "")

    # ---- what counts

    @cached_property
    def denied(self) -> frozenset[Word]:
        return frozenset(w for w in self.words if _acts(w) and self._is_denied(w))

    @cached_property
    def due(self) -> frozenset[Word]:
        """Words behind a last day in its clause: what is to be done, not what was."""
        return frozenset(
            word
            for word in self.words
            for day in self.days
            if day.role == "deadline"
            and day.end <= word.start
            and self.clause_of(day.start) == self.clause_of(word.start)
        )

    def live(self) -> tuple[Word, ...]:
        return tuple(w for w in self.words if w not in self.denied and w not in self.due)

    def _is_denied(self, word: Word) -> bool:
        clause = self.clause_of(word.start)
        before = self._without_names(clause.start, word.start)
        after = self.text[word.end : clause.end]
        not_before, not_after = _denials()
        return bool(not_before.search(before) or not_after.match(after))

    def _without_names(self, start: int, end: int) -> str:
        kept = self.text[start:end]
        spans = [*self.names.spans(), *((d.start, d.end) for d in self.days)]
        for first, last in sorted(spans, reverse=True):
            if start <= first and last <= end:
                kept = kept[: first - start] + kept[last - start :]
        return kept

    def is_future(self, word: Word) -> bool:
        """Whether the act of this word is still to come."""
        clause = self.clause_of(word.start)
        before = self._without_names(clause.start, word.start)
        if _intent().search(before):
            return True
        return any(c == clause or self._is_bare(c) for c in self._clauses_ahead(word))

    def _clauses_ahead(self, word: Word) -> Iterator[Clause]:
        """Clauses that speak of what is still to come."""
        for found in _future().finditer(self.text):
            is_own = any(w.start <= found.start() and found.end() <= w.end for w in self.live())
            if not is_own:
                yield self.clause_of(found.start())
        for day in self.days:
            if day.role == "day" and day.on is not None and day.on > self.today:
                yield self.clause_of(day.start)

    def _is_bare(self, clause: Clause) -> bool:
        """A clause that holds nothing but the time: 明天，去验收."""
        rest = self._without_names(clause.start, clause.end)
        rest = _future().sub("", rest)
        return len(strip_filler(rest)) < 2

    @cached_property
    def is_question(self) -> bool:
        text = self.text.rstrip("。.！! ")
        if text.endswith(("?", "？")):
            return True
        anywhere, at_end = _questions()
        if anywhere.search(text):
            return True
        found = at_end.search(text)
        return found is not None and not _not_asking().search(text[: found.start()])


def _inside(word: Word, spans: list[tuple[int, int]]) -> bool:
    return any(start <= word.start and word.end <= end for start, end in spans)


def _acts(word: Word) -> bool:
    return any(target.sort in _ACTING for target in word.targets)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _denials() -> tuple[re.Pattern[str], re.Pattern[str]]:
    mood = says().mood
    before = rf"(?:{_any(mood['not'])})(?:{_any(mood['not_between'])}){{0,3}}$"
    return re.compile(before), re.compile(rf".{{0,6}}?(?:{_any(mood['not_after'])})")


@cache
def _intent() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(says().mood['intent'])})(?:去|来|到|再|给|把|在)?$")


@cache
def _future() -> re.Pattern[str]:
    return re.compile(_any(says().mood["future"]))


@cache
def _questions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    mood = says().mood
    at_end = rf"(?:{_any(mood['question_end'])})$"
    return re.compile(_any(mood["question"])), re.compile(at_end)


@cache
def _not_asking() -> re.Pattern[str]:
    # 查过没有 asks; 一点问题都没有 and 说没有 do not.
    words = _any(says().mood["not_asking"])
    return re.compile(rf"(?:{words})$|[，。,\s]$|^$|[的说讲]$")


@cache
def _filler() -> re.Pattern[str]:
    return re.compile(f"(?:{_any(says().filler)})")


def strip_filler(text: str) -> str:
    """What a run of words says beside its small words."""
    return re.sub(r"[\s，,。;；、.!！?？“”\"]", "", _filler().sub("", text))
