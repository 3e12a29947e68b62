"""Which entries and which steps a sentence may mean, each with a score that says how well."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from qianxian_packs import Flow, Ledger, Step
from qianxian_reader.jot._lexicon import Word, step_key
from qianxian_reader.jot._model import Case
from qianxian_reader.jot._names import Named
from qianxian_reader.jot._says import says
from qianxian_reader.jot._scene import Scene

# From here on a candidate is shown.
ENOUGH = 3.4
_BY_TIER = (2.0, 1.8, 1.8, 1.5, 0.9)
_SOUND = 0.7
_COUNTED = ("integer", "mass", "length", "area")
_TOWARDS = "到去来在给帮"


@dataclass(frozen=True)
class Candidate:
    """An entry of a ledger, or a step of a matter."""

    ledger: Ledger
    score: float
    words: tuple[Word, ...]
    named: Named | None = None
    case: Case | None = None
    step: Step | None = None
    blocked: bool = False

    @property
    def step_id(self) -> str:
        return self.step.id if self.step else ""

    @property
    def primary(self) -> Word:
        return self.words[0]


def candidates(scene: Scene, words: Collection[Word]) -> list[Candidate]:
    """Every candidate that has a word of its own, best first."""
    found = [*_entries(scene, words), *_steps(scene, words)]
    return sorted(found, key=lambda c: (-c.score, c.ledger.id, c.step_id))


# ---- entries


def registers_of(ledger: Ledger) -> tuple[str, ...]:
    """Registers whose things the ledger is about: its subject, else what its fields point to."""
    if ledger.subject:
        return (ledger.subject,)
    return tuple(f.of for f in ledger.fields if f.type == "entry" and f.of)


def may_name(ledger: Ledger) -> bool:
    """Whether a person or thing may be looked for by name in this ledger."""
    return ledger.profile != "never" and "name" in ledger.find_by


def named_for(scene: Scene, ledger: Ledger) -> Named | None:
    """The first run of the sentence that names something of the ledger's registers.

    A person stands for the household that the person belongs to.
    """
    registers = registers_of(ledger)
    if not registers or not may_name(ledger):
        return None
    best: Named | None = None
    for named in scene.names.named:
        things = _of_registers(scene, named, registers)
        if things and (best is None or named.tier < best.tier):
            best = Named(named.start, named.end, named.text, things, named.tier)
    return best


def _of_registers(scene: Scene, named: Named, registers: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in named.things:
        thing = scene.world.things[key]
        if thing.register in registers:
            found[key] = None
        elif thing.home and scene.world.things.get(thing.home):
            home = scene.world.things[thing.home]
            if home.register in registers:
                found[home.id] = None
    return tuple(found)


def _entries(scene: Scene, words: Collection[Word]) -> Iterator[Candidate]:
    for ledger in scene.catalogue.ledgers.values():
        if ledger.is_register:
            continue
        named = named_for(scene, ledger)
        own = _own_words(scene, ledger, words, named) or _told_words(scene, ledger, words, named)
        if own:
            yield Candidate(ledger, _entry_score(scene, ledger, words, own, named), own, named)


def _own_words(
    scene: Scene, ledger: Ledger, words: Collection[Word], named: Named | None
) -> tuple[Word, ...]:
    """Words of the act, strongest first. One with a gap must have a name in the gap."""
    found = [w for w in words if any(t.sort == "act" and t.key == ledger.id for t in w.targets)]
    if registers_of(ledger):
        found = [w for w in found if not _waits_for_name(w) or _has_name(scene, w)]
    return tuple(sorted(found, key=lambda w: (-_weight(w), w.start)))


def _told_words(
    scene: Scene, ledger: Ledger, words: Collection[Word], named: Named | None
) -> tuple[Word, ...]:
    """龙潭水库没异常: of a thing that is no person, what was found says that somebody looked."""
    is_waiting = any(word in scene.text for word in says().mood["not_yet"])
    if named is None or is_waiting or scene.denied or not ledger.subject:
        return ()
    if scene.catalogue.ledgers[ledger.subject].holds_people:
        return ()
    asked = {f"{ledger.id}.{f.name}" for f in ledger.fields if f.required and f.type == "boolean"}
    found = [w for w in words if any(t.sort == "choice" and t.key in asked for t in w.targets)]
    return tuple(sorted(found, key=lambda w: (-w.size, w.start)))


def _waits_for_name(word: Word) -> bool:
    """到…走了, 给…找: between the two stands whom it is about."""
    return bool(word.gap) and word.text[0] in _TOWARDS


def _has_name(scene: Scene, word: Word) -> bool:
    assert word.gap is not None  # noqa: S101  asked of gapped words only
    first, last = word.gap
    return any(first <= n.start < last for n in scene.names.named)


def _weight(word: Word) -> float:
    size = word.size - (word.gap[1] - word.gap[0] if word.gap else 0)
    weight = {1: 1.5, 2: 2.5}.get(size, 3.2)
    return weight * _SOUND if word.by_sound else weight


def _entry_score(
    scene: Scene,
    ledger: Ledger,
    words: Collection[Word],
    own: tuple[Word, ...],
    named: Named | None,
) -> float:
    score = _weight(own[0]) + (0.4 if len(own) > 1 else 0)
    score += _about(ledger, words) + _choices(ledger, words)
    score += _subject_score(scene, ledger, named) + _standing_score(scene, ledger, named)
    score += 0.6 if any(f.type in _COUNTED for f in ledger.fields) and scene.amounts else 0
    score += 0.4 if scene.names.where or scene.names.groups or _is_dated(scene) else 0
    against = says().ledgers.get(ledger.id, {}).get("against", ())
    return score - (3 if any(word in scene.text for word in against) else 0)


def _is_dated(scene: Scene) -> bool:
    return any(day.role != "deadline" for day in scene.days)


def _about(ledger: Ledger, words: Collection[Word]) -> float:
    count = sum(any(t.sort == "about" and t.key == ledger.id for t in w.targets) for w in words)
    return 0.8 + 0.3 * min(count - 1, 2) if count else 0.0


def _choices(ledger: Ledger, words: Collection[Word]) -> float:
    fields = {
        target.key
        for word in words
        for target in word.targets
        if target.sort == "choice" and target.key.startswith(f"{ledger.id}.")
    }
    return 0.8 * min(len(fields), 2)


def _subject_score(scene: Scene, ledger: Ledger, named: Named | None) -> float:
    if named is not None:
        return _BY_TIER[named.tier]
    sure = [one for one in scene.names.named if one.tier <= 3]
    if sure and may_name(ledger):
        return -2.5
    return -1.2 if registers_of(ledger) else 0.0


def _standing_score(scene: Scene, ledger: Ledger, named: Named | None) -> float:
    """What is open already is not opened again; what hangs on a matter needs that matter."""
    if named is None:
        return 0.0
    cases = [scene.world.cases[c] for t in named.things for c in scene.world.cases_of.get(t, ())]
    parents = [p for p in ledger.parents if scene.catalogue.ledgers[p].flow]
    score = 0.0
    if ledger.flow and all(has_open(scene, ledger, thing) for thing in named.things):
        score -= 3
    if parents:
        has = any(case.ledger in parents for case in cases)
        score += 1 if has else -2
    return score


def has_open(scene: Scene, ledger: Ledger, thing: str) -> bool:
    """Whether a matter of this ledger is open about the thing."""
    cases = (scene.world.cases[key] for key in scene.world.cases_of.get(thing, ()))
    return any(case.ledger == ledger.id for case in cases)


# ---- steps


def _steps(scene: Scene, words: Collection[Word]) -> Iterator[Candidate]:
    heard = {t.key for w in words for t in w.targets if t.sort == "aspect"}
    for case, named in _cases(scene):
        ledger = scene.catalogue.ledgers[case.ledger]
        flow = scene.catalogue.flows[ledger.flow or ""]
        topic = _topic(scene, case)
        if named is None and topic < 1:
            continue
        for step in flow.steps:
            own = _step_words(scene, ledger, step, words)
            if own:
                score = _step_score(scene, case, step, own, named, heard) + topic
                # A matter that is spoken of by its own words weighs more than a mere visit.
                score += 1.6 * _about(ledger, words)
                blocked = case.state not in step.from_
                yield Candidate(
                    ledger, score - (2.5 if blocked else 0), own, named, case, step, blocked
                )


def _cases(scene: Scene) -> Iterator[tuple[Case, Named | None]]:
    """Open matters of what is named; and those that hang on a place only."""
    seen: set[str] = set()
    for named in sorted(scene.names.named, key=lambda n: n.tier):
        for key in _with_homes(scene, named):
            for case_id in sorted(scene.world.cases_of.get(key, ())):
                case = scene.world.cases[case_id]
                ledger = scene.catalogue.ledgers[case.ledger]
                if case_id not in seen and may_name(ledger) and scene.sees(case_id):
                    seen.add(case_id)
                    yield case, named
    places = {w.code for w in scene.names.where} or {scene.clerk.village}
    for case_id in sorted(scene.world.loose):
        case = scene.world.cases[case_id]
        is_here = places == {""} or scene.world.village_of(case.place) in places
        if is_here and scene.sees(case_id):
            yield case, None


def _with_homes(scene: Scene, named: Named) -> Iterator[str]:
    for key in named.things:
        yield key
        if scene.world.things[key].home:
            yield scene.world.things[key].home


def _step_words(
    scene: Scene, ledger: Ledger, step: Step, words: Collection[Word]
) -> tuple[Word, ...]:
    key = step_key(ledger, step.id)
    aspects = says().steps.get(key, {}).get("aspects", ())
    found = []
    for word in words:
        named = any(t.sort == "step" and t.key == key for t in word.targets)
        shared = any(t.sort == "aspect" and t.key in aspects for t in word.targets)
        if named or shared:
            found.append((_weight(word) if named else 0.8 * _weight(word), word))
    found.sort(key=lambda pair: (-pair[0], pair[1].start))
    return tuple(word for _weight, word in found)


def _step_score(
    scene: Scene,
    case: Case,
    step: Step,
    own: tuple[Word, ...],
    named: Named | None,
    heard: set[str],
) -> float:
    ledger = scene.catalogue.ledgers[case.ledger]
    key = step_key(ledger, step.id)
    aspects = says().steps.get(key, {}).get("aspects", ())
    is_named = any(t.sort == "step" and t.key == key for t in own[0].targets)
    score = _weight(own[0]) * (1 if is_named else 0.8) + (0.4 if len(own) > 1 else 0)
    score += _BY_TIER[named.tier] if named else 0.0
    # 验了，没合格: what failed did not pass, and what was given up was not done.
    if "fail" in heard and "fail" not in aspects and set(aspects) & {"pass", "done"}:
        score -= 3
    if "quit" in heard and "quit" not in aspects:
        score -= 2
    return score + (0.3 if step.role in scene.clerk.duties else 0)


def _topic(scene: Scene, case: Case) -> float:
    """How much of the matter's own words the sentence says again."""
    pairs = {case.words[n : n + 2] for n in range(len(case.words) - 1)}
    pairs = {pair for pair in pairs if pair.isalpha()}
    said = {scene.text[n : n + 2] for n in range(len(scene.text) - 1)}
    return min(2.4, 0.8 * len(pairs & said))


def main_step(flow: Flow, state: str) -> Step | None:
    return next(iter(flow.steps_from(state)), None)
