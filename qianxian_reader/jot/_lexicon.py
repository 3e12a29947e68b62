"""Words of the definitions and words that people use for them, found in a sentence in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from qianxian_packs import Catalogue, Ledger
from qianxian_reader.jot._says import says
from qianxian_reader.jot._sound import exact_sound

# Endings of names of ledgers that nobody says.
_OFFICIAL = re.compile(r"(台账|底册)$")
_PARTS = re.compile(r"[，、,（）()；;]")
_GAP = r"[^，。,;；\s]{1,8}?"
_BETWEEN = "了过个"
# 慰问了 says 慰问 all the same.
_PARTICLES = "了过的"
_DENYING = "没不未冇无冒"
_LONGEST = 10


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a word speaks for: sort act, about, against, step, aspect, choice, yes, no."""

    sort: str
    key: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sentence. `by_sound`: it is written otherwise and sounds the same."""

    start: int
    end: int
    text: str
    targets: frozenset[Target]
    by_sound: bool = False
    gap: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass
class Lexicon:
    """Every word with what it speaks for."""

    words: dict[str, set[Target]] = field(default_factory=dict)
    gapped: list[tuple[re.Pattern[str], str, set[Target]]] = field(default_factory=list)
    sounds: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Lexicon:
        lexicon = cls()
        for ledger in catalogue.ledgers.values():
            lexicon._add_ledger(ledger, catalogue)
        for indicator in catalogue.indicators.values():
            if indicator.from_ in catalogue.ledgers:
                lexicon._add(indicator.synonyms, Target("about", indicator.from_ or ""))
        for aspect, spoken in says().aspects.items():
            lexicon._add(spoken, Target("aspect", aspect))
        lexicon._index_sounds()
        return lexicon

    def _add_ledger(self, ledger: Ledger, catalogue: Catalogue) -> None:
        self._add([_OFFICIAL.sub("", ledger.name)], Target("act", ledger.id))
        spoken_of = says().ledgers.get(ledger.id, {})
        for sort in ("act", "about"):
            self._add(spoken_of.get(sort, ()), Target(sort, ledger.id))
        acting = spoken_of.get("act_fields", ())
        for one in ledger.fields:
            key = f"{ledger.id}.{one.name}"
            for choice in one.choices:
                spoken = says().choices.get(key, {}).get(choice, ())
                own = [choice] if len(choice) > 1 and choice != "其他" else []
                self._add([*own, *spoken], Target("choice", key, choice))
                if one.name in acting:
                    self._add(spoken, Target("act", ledger.id))
            for value, spoken in says().booleans.get(key, {}).items():
                self._add(spoken, Target("choice", key, value))
        flow = catalogue.flows.get(ledger.flow or "")
        for step in flow.steps if flow else ():
            key = f"{step_key(ledger, step.id)}"
            own = [part for part in _PARTS.split(step.label) if len(part) > 1]
            spoken = says().steps.get(key, {}).get("says", ())
            self._add([*own, *spoken], Target("step", key))

    def _add(self, spoken: Iterable[str], target: Target) -> None:
        for word in spoken:
            if "…" in word:
                one, _, other = word.partition("…")
                made = re.compile(f"({re.escape(one)}){_GAP}({re.escape(other)})")
                self.gapped.append((made, word, {target}))
                continue
            self.words.setdefault(word, set()).add(target)
            if len(word) == 2 and target.sort != "choice" and word[1] not in _BETWEEN:
                for between in _BETWEEN:
                    self.words.setdefault(f"{word[0]}{between}{word[1]}", set()).add(target)

    def _index_sounds(self) -> None:
        for word in sorted(self.words):
            # Two short words sound alike too often; a slip is looked for in longer ones only where
            # it is a thing or an act of its own.
            if len(word) >= 2 and word.isalpha() and word[-1] not in _BETWEEN:
                self.sounds.setdefault(exact_sound(word), word)

    def find(self, text: str) -> list[Word]:
        """Words of the sentence; one that lies within a longer one is left out."""
        exact = [*self._exact(text), *self._gapped(text)]
        kept = _outermost(exact)
        heard = (word for word in self._by_sound(text) if not any(_touch(word, k) for k in kept))
        return sorted([*kept, *_outermost(list(heard))], key=lambda word: (word.start, word.end))

    def _exact(self, text: str) -> Iterator[Word]:
        for start in range(len(text)):
            for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
                found = self.words.get(text[start:end])
                if found:
                    yield Word(start, end, text[start:end], frozenset(found))

    def _gapped(self, text: str) -> Iterator[Word]:
        for made, _word, targets in self.gapped:
            for found in made.finditer(text):
                gap = (found.end(1), found.start(2))
                yield Word(found.start(), found.end(), found[0], frozenset(targets), gap=gap)

    def _by_sound(self, text: str) -> Iterator[Word]:
        for start in range(len(text)):
            for end in range(start + 2, min(start + 6, len(text)) + 1):
                part = text[start:end]
                word = self.sounds.get(exact_sound(part))
                if word and word != part:
                    yield Word(start, end, part, frozenset(self.words[word]), by_sound=True)


def step_key(ledger: Ledger, step: str) -> str:
    return f"{ledger.flow}.{step}"


def _touch(one: Word, other: Word) -> bool:
    if other.gap and other.gap[0] <= one.start and one.end <= other.gap[1]:
        return False
    return one.start < other.end and other.start < one.end


def _outermost(found: list[Word]) -> list[Word]:
    """Without words that lie within another; what lies in the gap of a word does not.

    A choice within the name of an act stays a choice: 办了低保 holds 低保.
    """
    by_span: dict[tuple[int, int], Word] = {}
    for word in found:
        same = by_span.get((word.start, word.end))
        if same is not None:
            word = replace(word, targets=word.targets | same.targets, gap=word.gap or same.gap)
        by_span[(word.start, word.end)] = word
    every = list(by_span.values())
    return [left for word in every if (left := _left_of(word, every))]


def _left_of(word: Word, every: list[Word]) -> Word | None:
    """The word with what it still speaks for beside the longer ones around it."""
    targets = word.targets
    for other in every:
        if _within(word, other):
            kept = (t for t in targets if t.sort == "choice" and not _denies(other, t))
            targets = frozenset(kept)
    return replace(word, targets=targets) if targets else None


def _denies(other: Word, target: Target) -> bool:
    if other.text[0] in _DENYING:
        return True
    return any(t.sort == "choice" and t.key == target.key for t in other.targets)


def _within(one: Word, other: Word) -> bool:
    if one is other or one.size >= other.size:
        return False
    if one.start == other.start and not other.text[one.size :].strip(_PARTICLES):
        return False
    if other.gap:
        # Only the two ends of such a word are said.
        return (other.start <= one.start and one.end <= other.gap[0]) or (
            other.gap[1] <= one.start and one.end <= other.end
        )
    return other.start <= one.start and one.end <= other.end
