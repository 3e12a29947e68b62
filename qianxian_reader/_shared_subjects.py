"""分别: several subjects share one predicate, and each value belongs to one of them in turn.

城镇和农村居民人均可支配收入分别增长8%和11%; 甲9.5亿元，乙4亿元，分别增长6%和8%.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qianxian_reader._clauses import Clause
from qianxian_reader._numbers import Candidate
from qianxian_reader._own_words import lead_off, tail_off
from qianxian_reader._tokens import Tokens, Word, text_of

_JOINTS = frozenset(("、", "和", "及", "与", "以及"))
_BOTH = {"城乡": ("城镇", "农村")}
_EACH = "分别"


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a 分别: its subject in words, or the number of the figure named before."""

    subject: list[Word]
    own: list[Word]
    figure: int | None = None


def shares(
    clauses: Sequence[Clause], tokens: Tokens, figures: Sequence[Candidate]
) -> dict[int, Share]:
    out: dict[int, Share] = {}
    for place, clause in enumerate(clauses):
        if not clause.figures or _EACH not in clause.pieces[0]:
            continue
        words = tokens.between(clause.start, figures[clause.figures[0]].start)
        cut = next((i for i, (word, _) in enumerate(words) if word == _EACH), None)
        if cut is None:
            continue
        group = _group(clauses, place, figures, tokens)
        own = _own(words[cut + 1 :])
        subjects = _subjects(lead_off(words[:cut]), len(group))
        if subjects:
            out |= {
                number: Share(subject, own) for number, subject in zip(group, subjects, strict=True)
            }
        elif not lead_off(words[:cut]):
            out |= _earlier(clauses, place, group, own)
    return out


def _own(words: Sequence[Word]) -> list[Word]:
    """What is said of each: 增长, 占全县的; nothing where the value is only given (分别为)."""
    return tail_off(words)


def _group(
    clauses: Sequence[Clause], place: int, figures: Sequence[Candidate], tokens: Tokens
) -> list[int]:
    """The figures that share the 分别: in its clause, and in the list that follows it."""
    group = list(clauses[place].figures)
    unit = figures[group[0]].unit
    for clause in clauses[place + 1 :]:
        bare = clause.figures and not text_of(
            lead_off(tokens.between(clause.start, figures[clause.figures[0]].start))
        )
        if clause.stop != "、" or not bare or figures[clause.figures[0]].unit != unit:
            break
        group += clause.figures
    return [number for number in group if figures[number].unit == unit]


def _subjects(words: list[Word], count: int) -> list[list[Word]]:
    """The subjects named before 分别, if there are as many as values."""
    if count == 2 and words and words[0][0][:2] in _BOTH:
        rest = [(words[0][0][2:], words[0][1]), *words[1:]]
        return [[(one, "n"), *rest] for one in _BOTH[words[0][0][:2]]]
    parts: list[list[Word]] = [[]]
    for word in words:
        if word[0] in _JOINTS:
            parts.append([])
        else:
            parts[-1].append(word)
    parts = [part for part in parts if part]
    if len(parts) != count or count < 2:
        return []
    return [_completed(part, parts[-1]) for part in parts]


def _completed(part: list[Word], last: list[Word]) -> list[Word]:
    """城镇 beside 农村居民人均可支配收入 is 城镇居民人均可支配收入."""
    if len(part) >= len(last) or len(text_of(part)) > 4:
        return part
    return [*part, *last[len(part) :]]


def _earlier(
    clauses: Sequence[Clause], place: int, group: Sequence[int], own: list[Word]
) -> dict[int, Share]:
    """The last clauses of the sentence that gave a value each."""
    before: list[int] = []
    for clause in reversed(clauses[:place]):
        if clause.sentence != clauses[place].sentence or not clause.figures:
            break
        before.insert(0, clause.figures[0])
    if len(before) < len(group):
        return {}
    chosen = before[-len(group) :]
    return {number: Share([], own, figure) for number, figure in zip(group, chosen, strict=True)}
