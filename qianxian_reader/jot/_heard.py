"""The pieces of a sentence with what each was read as, for the clerk to look over."""

from __future__ import annotations

from qianxian_reader.jot._candidates import Candidate
from qianxian_reader.jot._model import Heard, Proposal
from qianxian_reader.jot._names import Named
from qianxian_reader.jot._scene import Scene
from qianxian_reader.jot._world import World

_WEEKDAYS = "一二三四五六日"


def heard_of(scene: Scene, best: Candidate | None, proposal: Proposal | None) -> tuple[Heard, ...]:
    found = [*_places(scene), *_things(scene, proposal), *_days(scene), *_words(scene, best)]
    found += _amounts(scene, proposal)
    return tuple(sorted(found, key=lambda one: one.start))


def full_name(world: World, code: str) -> str:
    spot = world.spots.get(code)
    if spot is None:
        return ""
    above = world.spots.get(spot.parent)
    return f"{above.name} {spot.name}" if spot.level == "group" and above else spot.name


def _places(scene: Scene) -> list[Heard]:
    found = []
    for where in (*scene.names.where, *scene.names.groups):
        means = full_name(scene.world, where.code) or "没有这个组"
        doubtful = not where.code or where.is_near
        found.append(Heard(where.start, where.end, where.text, "place", means, doubtful))
    return found


def _things(scene: Scene, proposal: Proposal | None) -> list[Heard]:
    found = []
    for named in (*scene.names.named, *scene.names.kin):
        doubtful = proposal is not None and proposal.chosen is None and len(named.things) > 1
        means = _told(scene, named, proposal)
        found.append(
            Heard(named.start, named.end, named.text, "thing", means, doubtful or named.tier == 4)
        )
    return found


def _told(scene: Scene, named: Named, proposal: Proposal | None) -> str:
    options = {option.thing for option in proposal.options} if proposal else set()
    things = [t for t in named.things if t in options] or list(named.things)
    catalogue = scene.catalogue
    if not things:
        return "底册里没找到"
    if len(things) > 1 and not (proposal and proposal.chosen):
        return f"有 {len(things)} 个，点一个"
    key = proposal.chosen.thing if proposal and proposal.chosen and len(things) > 1 else things[0]
    thing = scene.world.things.get(key) or scene.world.things[things[0]]
    register = catalogue.ledgers[thing.register].name.removesuffix("底册")
    return f"{register} {thing.names[0]}，{full_name(scene.world, thing.place)}"


def _days(scene: Scene) -> list[Heard]:
    found = []
    for day in scene.days:
        if day.on is None:
            means = "哪一天，请点准"
        else:
            means = f"{day.on.month}月{day.on.day}日 星期{_WEEKDAYS[day.on.weekday()]}"
            means += "前" if day.role == "deadline" else ""
        text = scene.text[day.start : day.end]
        found.append(Heard(day.start, day.end, text, "day", means, day.doubtful))
    return found


def _words(scene: Scene, best: Candidate | None) -> list[Heard]:
    if best is None:
        return []
    means = best.ledger.name
    if best.step:
        means = f"{means}，{best.step.label}这一步"
    word = best.primary
    return [Heard(word.start, word.end, word.text, "word", means, word.by_sound)]


def _amounts(scene: Scene, proposal: Proposal | None) -> list[Heard]:
    if proposal is None:
        return []
    ledger = scene.catalogue.ledgers[proposal.ledger]
    told = {str(value): name for name, value in proposal.values.items()}
    found = []
    for amount in scene.amounts:
        text = scene.text[amount.start : amount.end]
        name = told.get(f"{amount.value.normalize():f}")
        if name and name in ledger.by_name:
            means = ledger.by_name[name].label
            found.append(Heard(amount.start, amount.end, text, "number", means))
        elif amount.is_about and amount.unit:
            found.append(
                Heard(amount.start, amount.end, text, "number", "约数，请填准数", doubtful=True)
            )
    return found
