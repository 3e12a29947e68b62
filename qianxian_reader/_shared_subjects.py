"""分别: several subjects share one predicate, and each value belongs to one of them in turn.

城镇和农村居民人均可支配收入分别增长8%和11%; 甲9.5亿元，乙4亿元，分别增长6%和8%.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qianxian_reader._clauses import Clause
from qianxian_reader._edges import lead_off, tail_off
from qianxian_reader._measure_words import ATTRIBUTE, CHANGE, RANKING, REACHED, VAGUE
from qianxian_reader._numbers import Candidate
from qianxian_reader._tokens import Tokens, Word, text_of

_JOINTS = frozenset(("、", "和", "及", "与", "以及"))
# One word for several subjects: how many values it must have, and the subjects.
_IN_ONE_WORD = {
    "城乡": ("城镇", "农村"),
    "一二三产业": ("第一产业", "第二产业", "第三产业"),
    "一二三产": ("第一产业", "第二产业", "第三产业"),
    "三次产业": ("第一产业", "第二产业", "第三产业"),
}
_EACH = "分别"
# The dictionary holds 税收收入 as one word.
_SIDES = tuple(word for word in ATTRIBUTE if len(word) > 1)


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
        if not clause.figures or clause.figures[0] in out:
            continue
        group = _group(clauses, place, figures, tokens)
        if len(group) < 2 or clauses[place].pieces[1].startswith("的"):
            continue  # 分别是投资1亿元的甲项目、2亿元的乙项目
        words = tokens.between(clause.start, figures[clause.figures[0]].start)
        parted = _parted(words, len(group))
        if parted is None:
            continue
        before, own = parted
        subjects = _subjects(before, len(group))
        if not subjects and not before:
            subjects = _told_before(clauses, place, tokens, len(group))
        if subjects:
            out |= {n: Share(subject, own) for n, subject in zip(group, subjects, strict=True)}
        elif not before:
            out |= _earlier(clauses, place, group, own)
    return out


def _parted(words: list[Word], count: int) -> tuple[list[Word], list[Word]] | None:
    """What stands before 分别 and what is said of each after it.

    Without 分别: 增长8%、9%, and 城乡低保标准提高到800元和600元.
    """
    cut = next((i for i, (word, _) in enumerate(words) if word == _EACH), None)
    if cut is None:
        bare = lead_off(words)
        if bare and all(word in CHANGE or word in ("比", "上年") for word, _ in bare):
            return [], tail_off(bare)
        if count > 1 and bare and all(word in RANKING or word in VAGUE for word, _ in bare):
            return [], [("居", "v")]  # 分别增长25%、18%，居全市第1位、第3位
        spoken = _with_predicate(bare, count)
        if spoken is not None:
            return spoken
        said = text_of(bare)
        several = next((s for w, s in _IN_ONE_WORD.items() if said.startswith(w)), ())
        return (tail_off(bare), []) if count > 1 and len(several) == count else None
    before, own = lead_off(words[:cut]), tail_off(words[cut + 1 :])
    is_reached = all(word in REACHED or word == "达到" for word, _ in own)
    own = [] if is_reached and not _says_change(own) else own
    if all(word in CHANGE for word, _ in before):
        return [], [*before, *own]
    return before, own


def _with_predicate(words: list[Word], count: int) -> tuple[list[Word], list[Word]] | None:
    """甲率和乙率提升7%和13%: as many subjects as values, without 分别."""
    place = next((i for i, (word, _) in enumerate(words) if word in CHANGE), 0)
    if count < 2 or not place or len(_subjects(words[:place], count)) != count:
        return None
    return words[:place], tail_off(words[place:])


def _told_before(
    clauses: Sequence[Clause], place: int, tokens: Tokens, count: int
) -> list[list[Word]]:
    """旅游收入、游客人数再创新高，分别增长16%、15%: the clause before names the subjects."""
    if (
        not place
        or clauses[place - 1].figures
        or clauses[place - 1].sentence != clauses[place].sentence
    ):
        return []
    words = lead_off(tokens.between(clauses[place - 1].start, clauses[place - 1].end))
    end = next((i for i, word in enumerate(words) if _is_predicate(word)), len(words))
    return _subjects(words[:end], count)


def _is_predicate(word: Word) -> bool:
    return word[1] in ("d", "p", "r") or word[0] in CHANGE or word[0] in REACHED


def _says_change(words: Sequence[Word]) -> bool:
    return any(word in CHANGE for word, _ in words)


def _group(
    clauses: Sequence[Clause], place: int, figures: Sequence[Candidate], tokens: Tokens
) -> list[int]:
    """The figures that share the predicate: in its clause, and in the list that follows it."""
    group = list(clauses[place].figures)
    for clause in clauses[place + 1 :]:
        if clause.stop != "、" or not clause.figures:
            break
        if lead_off(tokens.between(clause.start, figures[clause.figures[0]].start)):
            break
        group += clause.figures
    return group


def _subjects(words: list[Word], count: int) -> list[list[Word]]:
    """The subjects named before 分别, if there are as many as values."""
    for short, several in _IN_ONE_WORD.items():
        if count == len(several) and text_of(words).startswith(short):
            rest = (text_of(words)[len(short) :], "n")
            return [[(one, "n"), rest] for one in several]
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
    said, whole = text_of(part), text_of(last)
    says_what = part[-1][0] in ATTRIBUTE or part[-1][0].endswith(_SIDES)
    if len(said) >= len(whole) or len(said) > 4 or says_what:
        return part
    return [*part, (whole[len(said) :], "n")]


def _earlier(
    clauses: Sequence[Clause], place: int, group: Sequence[int], own: list[Word]
) -> dict[int, Share]:
    """The last clauses of the sentence that gave a value each."""
    before: list[int] = []
    for clause in reversed(clauses[:place]):
        if clause.sentence != clauses[place].sentence or not clause.figures:
            break
        before = [*clause.figures, *before]
    if len(before) < len(group):
        return {}
    chosen = before[-len(group) :]
    return {number: Share([], own, figure) for number, figure in zip(group, chosen, strict=True)}
