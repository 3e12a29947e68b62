"""The first draft: learned from an old report or put together from the packs, with the problems
and the next plan that the records themselves give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from qianxian.core.models import Place
from qianxian.indicators.light import Colour, Light, light
from qianxian.indicators.models import Target
from qianxian.indicators.queries import Reading
from qianxian.plans.models import Task
from qianxian.reports.binding import overdue_matters, told
from qianxian.reports.learning import Block, Learned, lacking, learn, written
from qianxian.reports.slots import Form, Slot, figure_slots, missing_mark
from qianxian_figures import Figure, Period
from qianxian_packs import Catalogue
from qianxian_reader import Document, Role

# So many villages are named behind a problem; the rest are in the plan.
_NAMED = 3
_ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Material:
    """What a draft is made from."""

    place: Place
    period: Period
    reading: Reading
    on: date

    @property
    def catalogue(self) -> Catalogue:
        return self.reading.catalogue


def template_of(
    material: Material, document: Document | None, *, source_period: Period | None = None
) -> tuple[str, Learned | None]:
    """The template of a new report, and what was learned for it if an old report was given."""
    if document is None or source_period is None:
        return written(_from_packs(material)), None
    learned = learn(
        document,
        material.catalogue,
        period=source_period,
        places=village_names(material.place),
    )
    return written(_completed(material, learned)), learned


def village_names(place: Place) -> dict[str, str]:
    """Names of the places below, also without 村, → their codes."""
    rows = Place.objects.within(place.path).filter(level=Place.Level.VILLAGE)
    return {row.name: row.code for row in rows}


def _from_packs(material: Material) -> list[Block]:
    done = [Block(1, "{{ period }}工作完成情况", Role.DONE), *_pack_blocks(material, frozenset())]
    return [*done, *_problem_part(material), *_plan_part(material)]


def _completed(material: Material, learned: Learned) -> list[Block]:
    """What was learned, with the packs' paragraphs that it lacks, problems and next plan."""
    blocks = list(learned.blocks)
    added = _pack_blocks(material, learned.told)
    where = next((n for n, b in enumerate(blocks) if b.role in (Role.PROBLEM, Role.PLAN)), None)
    at = len(blocks) if where is None else where
    blocks[at:at] = added
    problems = next((n for n, b in enumerate(blocks) if b.role is Role.PROBLEM and b.level), None)
    if problems is None:
        plan = next((n for n, b in enumerate(blocks) if b.role is Role.PLAN), len(blocks))
        blocks[plan:plan] = _problem_part(material)
    else:
        blocks[problems + 1 : problems + 1] = problem_blocks(material)
    if not any(block.role is Role.PLAN for block in blocks):
        blocks += _plan_part(material)
    return blocks


def _pack_blocks(material: Material, told: frozenset[str]) -> list[Block]:
    """Paragraphs of the packs that the report does not tell of yet, each under its heading."""
    catalogue = material.catalogue
    slots_of = {
        p.id: [slot.name for slot in figure_slots(p.text, catalogue)]
        for p in catalogue.paragraphs.values()
    }
    known = _known_figures(material, {name for names in slots_of.values() for name in names})
    out = []
    for paragraph in lacking(catalogue, told, slots_of):
        wanted = catalogue.indicators.keys() & set(slots_of[paragraph.id])
        if known and not known.issuperset(wanted):
            continue  # what nobody records yet would only give blanks to fill
        out.append(Block(2, paragraph.heading, Role.DONE))
        out += [Block(0, text, Role.DONE) for text in paragraph.text.split("\n\n") if text.strip()]
    return out


def _known_figures(material: Material, names: Iterable[str]) -> set[str]:
    """Indicators that have a value now; empty for a place without any."""
    wanted = sorted(name for name in names if name in material.catalogue.indicators)
    found = material.reading.figures(wanted, [material.place.pk], [material.period])
    return {name for name, each in zip(wanted, found, strict=True) if each.value is not None}


def _problem_part(material: Material) -> list[Block]:
    drafted = problem_blocks(material)
    nothing = [Block(0, missing_mark("存在的问题"), Role.PROBLEM)]
    return [Block(1, "存在的问题", Role.PROBLEM), *(drafted or nothing)]


def _plan_part(material: Material) -> list[Block]:
    drafted = plan_blocks(material)
    nothing = [Block(0, missing_mark("下一步工作"), Role.PLAN)]
    return [Block(1, "下一步工作", Role.PLAN), *(drafted or nothing)]


def problem_blocks(material: Material) -> list[Block]:
    """Targets that are behind their schedule, and matters past their date. Facts only."""
    said = [*_behind(material), *_overdue(material)]
    if len(said) > 1:
        said = [f"{_ORDINALS[n]}是{text}" for n, text in enumerate(said[: len(_ORDINALS)])]
    return [Block(0, "".join(said), Role.PROBLEM)] if said else []


def plan_blocks(material: Material) -> list[Block]:
    """The targets of the next period, what is still lacking of this one, tasks without a figure."""
    place, end = material.place, material.period.end
    targets = Target.objects.filter(place=place, start__gt=end).order_by("start", "indicator")
    known = material.catalogue.indicators
    named = dict.fromkeys(t.indicator for t in targets if t.indicator in known)
    said = [f"{known[i].name}{Slot(i, Form.NEXT_TARGET).written}" for i in named]
    tasks = Task.objects.filter(
        plan__place=place, plan__start__gt=end, is_dropped=False, indicator=""
    )
    said += [task.text.rstrip("。；") for task in tasks]
    return [Block(0, "；".join(said) + "。", Role.PLAN)] if said else []


def _behind(material: Material) -> list[str]:
    targets = _targets_now(material)
    if not targets:
        return []
    places = list(dict.fromkeys(t.place_id for t in targets))
    names = list(dict.fromkeys(t.indicator for t in targets))
    found = material.reading.figures(names, places, [material.period])
    keys = [(name, place) for name in names for place in places]
    figures = dict(zip(keys, found, strict=True))
    out = []
    for name in names:
        own = next((t for t in targets if (t.indicator, t.place) == (name, material.place)), None)
        shown = _light(own, figures, material) if own else None
        if own is None or shown is None or shown.colour not in (Colour.YELLOW, Colour.RED):
            continue
        villages = [t for t in targets if t.indicator == name and t.place != material.place]
        out.append(_sentence(material, own, shown, _slow(material, villages, figures)))
    return out


def _targets_now(material: Material) -> list[Target]:
    """Targets of the place and its villages that the period lies in."""
    rows = Target.objects.filter(
        place__path__startswith=material.place.path,
        indicator__in=list(material.catalogue.indicators),
        start__lte=material.period.start,
        end__gte=material.period.end,
    ).select_related("place")
    return [row for row in rows if row.place.level != Place.Level.GROUP]


def _light(
    target: Target, figures: Mapping[tuple[str, str], Figure], material: Material
) -> Light | None:
    """The light on the period's last day; none for what does not add up over a period."""
    indicator = material.catalogue.indicators[target.indicator]
    if indicator.kind != "flow":
        return None
    return light(
        value=figures[target.indicator, target.place_id].value,
        target=target.value,
        period=target.period,
        on=told(material.period, material.on).end,
        curve=[Decimal(c) for c in target.curve] or indicator.curve,
    )


def _slow(
    material: Material, targets: Iterable[Target], figures: Mapping[tuple[str, str], Figure]
) -> Sequence[Target]:
    """The villages furthest behind, where the indicator may be ranked at all."""
    red = []
    for target in targets:
        shown = _light(target, figures, material)
        if shown and shown.colour is Colour.RED and shown.ratio is not None:
            red.append((shown.ratio, target.place_id, target))
    return [target for _, _, target in sorted(red, key=lambda one: one[:2])[:_NAMED]]


def _sentence(material: Material, target: Target, shown: Light, slow: Sequence[Target]) -> str:
    indicator = material.catalogue.indicators[target.indicator]
    over = told(material.period, material.on).end >= target.end
    what = "没有完成任务" if over else "慢于计划进度"
    share = Slot(indicator.id, Form.PROGRESS)
    text = (
        f"{indicator.name}{what}，任务{replace(share, form=Form.TARGET).written}，"
        f"完成{Slot(indicator.id).written}，完成率{share.written}"
    )
    if slow and indicator.rank == "allowed":
        names = "、".join(t.place.name for t in slow)
        shares = "、".join(replace(share, place=t.place_id).written for t in slow)
        lead = "完成率分别为" if len(slow) > 1 else "完成率为"
        text += f"，其中{names}{lead}{shares}"
    return text + "。"


def _overdue(material: Material) -> list[str]:
    ledgers = sorted(
        set(overdue_matters(material.place, material.on).values_list("ledger", flat=True))
    )
    known = [material.catalogue.ledgers[i] for i in ledgers if i in material.catalogue.ledgers]
    if not known:
        return []
    said = "、".join(f"{ledger.name}{Slot(ledger.id, Form.OVERDUE).written}" for ledger in known)
    return [f"部分事项超期没有办结，{said}。"]
