"""Last year's report as this year's template: the office's own words, figures as slots.

A figure that is the same thing as an indicator becomes its slot. Everything else that counts,
dates or numbers is held up as 【核对：去年写“…”】, so that nothing of last year slips through
unseen. Pure: a document and definitions in, text out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qianxian.reports.shown import Paragraph, ShownText, Spot, folded
from qianxian.reports.slots import TO_CHECK, Form, Slot, check_mark
from qianxian_figures import Bound, Figure, Kind, Period, Status, canonical, rounded, spellings
from qianxian_packs import Catalogue, Indicator
from qianxian_packs import Paragraph as PackParagraph
from qianxian_reader import Code, Document, ReportFigure, Role

_DATE = re.compile(
    r"(?:(?:19|20)\d{2}年)?(?<!\d)\d{1,2}月(?:份|底|末|上旬|中旬|下旬|\d{1,2}[日号])?(?!\d)"
)
# Words that were true on the day they were written.
_MOMENT = re.compile(r"(?:预计|本月|下月|上月|近日|日前|目前|截至目前)+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# A number that the reader took for no figure, with its unit: in “10万元以下” all of it is of last
# year. Units that also begin other words (人, 天, 次 …) do no harm inside a mark.
_NUMBER = re.compile(
    rf"\d(?:[\d.,，＋+～~—:：/-]*\d)?(?:[余多]?[万亿千百]+)?[余多]?(?:{'|'.join(map(re.escape, spellings()))})?"
)
_ORDINAL = re.compile(r"^\s*(?:[（(]\d{1,2}[)）]|\d{1,2}[.、．)](?!\d))")
_HEADING_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十]{1,3}(?:部分|章|篇|节)[、，：: ]?|[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十\d]{1,3}[)）]、?|\d{1,2}[.、．]|[①-⑳㈠-㈩])\s*"
)
_SIGNATURE_DATE = re.compile(r"(?:19|20|二).{2,5}年.{1,3}月.{1,3}日")
_SIGNATURE = re.compile(r".{2,20}(?:政府|委员会|办公室|办事处|党委)")
_GROWTH = re.compile(
    r"[，、]?(?:(?:同比|较上年|较去年|比上年|比去年)(?:同期)?)(?:增长|增加|上升|提高|下降|减少)了?"
)
_PROGRESS = re.compile(r"(?:完成|占)(?:全年|年度|年初|目标|计划)*任务数?的$")
_STOP = re.compile(r"[。；]")
_PLANNED = re.compile(
    r"^(?:全年|年度|年初|今年|本年|共|总)*(?:计划|任务|目标)|(?:计划|任务|目标)(?:数|户数|人数)?$"
)
_SPECIAL = re.compile(r"[\\|#]|\{\{")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 to 4) or a paragraph (0) of the template, and what its section tells."""

    level: int
    text: str
    role: Role

    @property
    def written(self) -> str:
        return f"{'#' * self.level} {self.text}" if self.level else self.text


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned. `told` are the indicators that the report tells of."""

    blocks: tuple[Block, ...]
    told: frozenset[str]

    @property
    def template(self) -> str:
        return written(self.blocks)

    @property
    def to_check(self) -> tuple[str, ...]:
        """Everything held up, in order: what a person has to look at."""
        return tuple(TO_CHECK.findall(self.template))


def written(blocks: Iterable[Block]) -> str:
    """Blocks as the text of a template."""
    return "\n\n".join(block.written for block in blocks) + "\n"


@dataclass(slots=True)
class _Learner:
    """The state of learning one report."""

    shown: ShownText
    catalogue: Catalogue
    period: Period
    places: Mapping[str, str]
    figures: dict[int, list[tuple[Spot, ReportFigure]]] = field(default_factory=dict)
    values: dict[Slot, Decimal] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    @property
    def document(self) -> Document:
        return self.shown.document


def learn(
    document: Document,
    catalogue: Catalogue,
    *,
    period: Period,
    places: Mapping[str, str] | None = None,
) -> Learned:
    """The template that a report of `period` teaches.

    places   names of the villages below the report's place → their codes
    """
    learner = _Learner(ShownText(document), catalogue, period, places or {})
    spots = learner.shown.spots(one.span for one in document.figures)
    for spot, figure in zip(spots, document.figures, strict=True):
        if spot:
            learner.figures.setdefault(spot.paragraph, []).append((spot, figure))
    blocks: list[Block] = []
    for number in _of_the_text(learner.shown):
        blocks += _learned(learner, learner.shown.paragraphs[number], number)
    return Learned(tuple(blocks), frozenset(learner.told))


def _of_the_web_page(shown: ShownText) -> set[int]:
    """Paragraphs that only the page it was published on had: 索引号, 浏览量, 打印本页."""
    spans = [s for f in shown.document.findings if f.code is Code.LEFTOVER for s in f.spans]
    return {
        spot.paragraph
        for spot in shown.spots(spans)
        if spot and spot.end - spot.start >= len(shown.paragraphs[spot.paragraph].text) - 2
    }


def lacking(
    catalogue: Catalogue, told: Collection[str], slots_of: Mapping[str, Sequence[str]]
) -> list[PackParagraph]:
    """Paragraphs of the packs none of whose indicators the report tells of, in their order."""
    return sorted(
        (p for p in catalogue.paragraphs.values() if not set(slots_of[p.id]) & set(told)),
        key=lambda p: (catalogue.lines[p.line].order if p.line in catalogue.lines else 0, p.order),
    )


def _of_the_text(shown: ShownText) -> list[int]:
    """The paragraphs to learn from: title, signature and date are written anew."""
    unwanted = _of_the_web_page(shown)
    numbers = [
        number
        for number, paragraph in enumerate(shown.paragraphs)
        if not paragraph.is_title and number not in unwanted
    ]
    for form in (_SIGNATURE_DATE, _SIGNATURE):
        if numbers and form.fullmatch(folded(shown.paragraphs[numbers[-1]].text)):
            numbers.pop()
    return numbers


def _learned(learner: _Learner, paragraph: Paragraph, number: int) -> list[Block]:
    role = paragraph.section.role if paragraph.section else Role.OTHER
    text = paragraph.text
    if paragraph.level:
        return [Block(paragraph.level, _heading(learner, text), role)]
    blocks = []
    if paragraph.heading_end and paragraph.section and paragraph.section.level:
        head = text[: paragraph.heading_end]
        blocks.append(Block(paragraph.section.level, _heading(learner, head), role))
    body = text[paragraph.heading_end :]
    begin = paragraph.heading_end + len(body) - len(body.lstrip(" 　。：:，"))
    if begin >= len(text):
        return blocks
    if role is Role.PROBLEM:
        # Whether a problem is still there is the one thing about it that last year cannot know.
        return [*blocks, Block(0, _held(text[begin:]), role)]
    return [*blocks, Block(0, _body(learner, text, begin, number, role), role)]


def _heading(learner: _Learner, text: str) -> str:
    bare = _HEADING_NUMBER.sub("", text, count=1).strip(" 　。：:，")
    return _held_up(bare, learner.period)


def _body(learner: _Learner, text: str, begin: int, number: int, role: Role) -> str:
    """A paragraph with slots for its figures and marks on everything else that counts."""
    out: list[str] = []
    done = begin
    ordinal = _ORDINAL.match(text[begin:])
    if ordinal:
        out.append(_escaped(ordinal[0]))
        done += ordinal.end()
    before = last = None
    for spot, figure in sorted(learner.figures.get(number, ()), key=lambda f: f[0].start):
        if spot.start < done:
            continue
        words = text[done : spot.start]
        # A sentence that ends takes its subject with it.
        before = None if _STOP.search(words) else before
        is_next = bool(before and last and last.name == before.name)
        slot, kept = _slot(learner, figure, role, _Before(words, before, is_next))
        out.append(_held_up(words[: len(words) - kept], learner.period))
        out.append(slot.written if slot else _held(text[spot.start : spot.end]))
        before = slot if slot and slot.form is Form.VALUE else before
        last, done = slot, spot.end
    out.append(_held_up(text[done:], learner.period))
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before a figure: the words since the last one, the last slot of a value in the
    sentence, and whether no other figure came between."""

    words: str
    slot: Slot | None
    is_next: bool


def _slot(
    learner: _Learner, figure: ReportFigure, role: Role, before: _Before
) -> tuple[Slot | None, int]:
    """The slot for a figure, and how many characters before it the slot prints itself."""
    if before.slot:
        name, place = before.slot.name, before.slot.place
        said = _GROWTH.fullmatch(before.words)
        if figure.figure.kind is Kind.CHANGE and said and before.is_next:
            return Slot(name, Form.GROWTH, place), len(before.words)
        if figure.unit == "%" and _is_progress(learner, before, figure):
            return Slot(name, Form.PROGRESS, place), 0
    slot = _matched(learner, figure, role)
    if slot is None or not _is_alone(learner, slot, figure):
        return None, 0
    if slot.form is Form.VALUE:
        learner.told.add(slot.name)
    return slot, 0


def _is_progress(learner: _Learner, before: _Before, figure: ReportFigure) -> bool:
    """Whether a percentage is the share of the target: the text says so, or it is the quotient."""
    slot = before.slot
    if slot is None or learner.catalogue.indicators[slot.name].target != "allowed":
        return False
    if before.is_next and _PROGRESS.search(before.words):
        return True
    done = learner.values.get(slot)
    target = learner.values.get(Slot(slot.name, Form.TARGET, slot.place))
    if not done or not target:
        return False
    decimals = -min(0, int(figure.value.as_tuple().exponent))
    return rounded(done * 100 / target, decimals) == figure.value


def _matched(learner: _Learner, figure: ReportFigure, role: Role) -> Slot | None:
    """The slot of a figure that is the same thing as an indicator, in place, period and unit."""
    found = figure.figure
    indicator = learner.catalogue.indicators.get(found.indicator or "")
    if indicator is None or not _is_exact(figure, indicator):
        return None
    place = place_of(found, learner.document.place, learner.places)
    if place is None:
        return None
    if role is Role.PLAN or is_planned(found):
        if indicator.target != "allowed" or found.status is Status.EXPECTED:
            return None
        return Slot(indicator.id, Form.NEXT_TARGET if role is Role.PLAN else Form.TARGET, place)
    if found.status is not Status.ACTUAL or found.period not in (None, learner.period):
        return None
    return Slot(indicator.id, Form.VALUE, place)


def is_planned(figure: Figure) -> bool:
    """Whether a figure is one of a plan: 全年计划改厕110户 stands among what was done."""
    if figure.status is Status.PLAN:
        return True
    return figure.kind is Kind.LEVEL and bool(_PLANNED.search(figure.measure))


def _is_exact(figure: ReportFigure, indicator: Indicator) -> bool:
    found = figure.figure
    return (
        found.bound is Bound.EXACT
        and found.high is None
        and found.kind in (Kind.LEVEL, Kind.RATE)
        and canonical(found.unit) == canonical(indicator.unit)
        and figure.part_of is None
    )


def place_of(figure: Figure, own: str, places: Mapping[str, str]) -> str | None:
    """Where a figure is about: empty for the report's own place, a village's code, None elsewhere.

    The reader knows a village by its sentence only; here the names of our villages are known, so
    清水村栽树 is told to be about one of them as well.
    """
    name = figure.place
    if name and name not in own:
        return places.get(name) or places.get(f"{name}村")
    return next((code for known, code in places.items() if figure.measure.startswith(known)), "")


def _is_alone(learner: _Learner, slot: Slot, figure: ReportFigure) -> bool:
    """A slot prints one value: the second different one that a report gives it is another thing."""
    return learner.values.setdefault(slot, figure.value) == figure.value


def _held_up(text: str, period: Period) -> str:
    """Words between figures: years become slots, dates and left-over numbers are held up."""
    out: list[str] = []
    done = 0
    while found := _next_of_last_year(text, done):
        out.append(_escaped(text[done : found.start()]))
        out.append(_year_slot(found[0], period) or _held(found[0]))
        done = found.end()
    return "".join(out) + _escaped(text[done:])


def _held(words: str) -> str:
    return _escaped(check_mark(words))


def _next_of_last_year(text: str, start: int) -> re.Match[str] | None:
    """The next thing that may be of last year; at one place a date goes before its year."""
    found = [m for m in (p.search(text, start) for p in (_DATE, _YEAR, _NUMBER, _MOMENT)) if m]
    return min(found, key=lambda m: m.start(), default=None)


def _year_slot(words: str, period: Period) -> str:
    if not _YEAR.fullmatch(words):
        return ""
    named = {-1: "last_year", 0: "year", 1: "next_year"}.get(int(words) - period.end.year)
    # A year further off (自2019年以来) is said of the past and stays true.
    return "{{ " + named + " }}" if named else words


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
