"""A sentence → what was heard and what may be saved of it. Saves nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from qianxian_packs import Catalogue
from qianxian_reader.jot._candidates import ENOUGH, Candidate, candidates
from qianxian_reader.jot._heard import heard_of
from qianxian_reader.jot._lexicon import Lexicon, Word
from qianxian_reader.jot._model import Clerk, Proposal, Reading, Why
from qianxian_reader.jot._names import Sees
from qianxian_reader.jot._proposals import end_of_span, group_same, proposal_of
from qianxian_reader.jot._scene import Scene
from qianxian_reader.jot._world import World

_SHOWN = 3
# How far behind the best a second reading may be and still be offered.
_NEAR = 2.0


def hear(
    text: str,
    *,
    today: date,
    world: World,
    catalogue: Catalogue,
    lexicon: Lexicon,
    clerk: Clerk,
    sees: Sees = lambda _key: True,
) -> Reading:
    """What one sentence says, against the places, things and open matters that the clerk may see.

    `sees` tells of the id of a thing or a matter whether this clerk may know of it. The same
    sentence in the same world always gives the same reading.
    """
    scene = Scene.of(
        text,
        today=today,
        world=world,
        catalogue=catalogue,
        lexicon=lexicon,
        clerk=clerk,
        sees=sees,
    )
    return _as_written(_reading(scene), text)


def _as_written(reading: Reading, text: str) -> Reading:
    """With the words of the clerk: the sentence was read with its signs made plain."""
    heard = tuple(replace(one, text=text[one.start : one.end]) for one in reading.heard)
    return replace(reading, text=text, heard=heard)


def _reading(scene: Scene) -> Reading:
    found = _enough(scene, scene.live())
    if scene.is_question:
        return _nothing(scene, "question", found)
    if not found:
        return _no_record(scene)
    if scene.is_future(found[0].primary):
        return _nothing(scene, "future", found)
    proposals = _proposals(scene, found)
    return Reading(scene.text, heard_of(scene, found[0], proposals[0]), proposals)


def _enough(scene: Scene, words: Collection[Word]) -> list[Candidate]:
    every = candidates(scene, words)
    shown = {(o.ledger.id, o.step_id) for o in every if o.score >= ENOUGH and o.step_id}
    # Beside a matter on which the step can be taken stands the one on which it cannot.
    return [
        o for o in every if o.score >= ENOUGH or (o.blocked and (o.ledger.id, o.step_id) in shown)
    ]


def _no_record(scene: Scene) -> Reading:
    """Why nothing was said that can be recorded: it was denied, it is to come, or it is no act."""
    every = _enough(scene, scene.words)
    if not every:
        return _nothing(scene, "not_a_record", every)
    why: Why = "negation" if every[0].primary in scene.denied else "future"
    return _nothing(scene, why, every)


def _nothing(scene: Scene, why: Why, found: list[Candidate]) -> Reading:
    about = found[0].ledger.id if found else ""
    return Reading(scene.text, heard_of(scene, None, None), (), why, about)


def _proposals(scene: Scene, found: list[Candidate]) -> tuple[Proposal, ...]:
    villages = _villages(scene)
    made: list[Proposal] = []
    for same in group_same(found)[:_SHOWN]:
        if same[0].score < found[0].score - _NEAR:
            continue
        first = proposal_of(scene, same, villages[0] if villages else scene.clerk.village)
        made.append(end_of_span(scene, first))
    # 石桥26人，云岭31个: the same act in another village is a second entry.
    best = group_same(found)[0]
    if best[0].step is None and best[0].named is None:
        again = (proposal_of(scene, best, village) for village in villages[1:])
        made[1:1] = [replace(second, score=made[0].score) for second in again]
    return tuple(made)


def _villages(scene: Scene) -> list[str]:
    return list(dict.fromkeys(where.code for where in scene.names.where))
