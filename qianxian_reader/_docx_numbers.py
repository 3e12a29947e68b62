"""The numbers that Word puts before paragraphs by itself (一、 （一） 1.): they are not in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from qianxian_figures import LARGEST_NUMERAL, chinese_numeral
from qianxian_reader._headings import number_of
from qianxian_reader._lexicon import words

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_DEEPEST = 9
_CHINESE = words(
    "chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting"
    " taiwaneseCountingThousand ideographTraditional ideographDigital"
)
_PLACE = re.compile(r"%([1-9])")

# (numId, ilvl); a numId of 0 takes a number away that the style gives.
NumberOf = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


class Numbers:
    """Counts through a document as Word does. `of` is asked once for each paragraph, in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists: dict[int, dict[int, _Level]] = {}
        self._counter_of: dict[int, int] = {}
        self._counts: dict[int, list[int | None]] = {}
        self._of_style: dict[str, NumberOf] = {}
        if numbering is not None:
            self._read(numbering)
            self._of_style = _numbers_of_styles(styles) if styles is not None else {}

    def of(self, own: NumberOf | None, style: str, text: str) -> str:
        """What Word shows before a paragraph, "" where that is no number of a heading."""
        number, level = own or self._of_style.get(style, (0, 0))
        levels = self._lists.get(number)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._counter_of[number], [None] * _DEEPEST)
        now = counts[level]
        counts[level] = levels[level].start if now is None else now + 1
        counts[level + 1 :] = [None] * (_DEEPEST - level - 1)
        made = _PLACE.sub(
            lambda found: _written(levels, counts, int(found[1]) - 1), levels[level].text
        )
        return _as_heading(made.strip(), text) if levels[level].form != "bullet" else ""

    def _read(self, numbering: etree._Element) -> None:
        abstract = {
            _int(one.get(f"{_W}abstractNumId")): one for one in numbering.iter(f"{_W}abstractNum")
        }
        for one in numbering.iter(f"{_W}num"):
            link = one.find(f"{_W}abstractNumId")
            base = _int(link.get(_VAL)) if link is not None else -1
            if base not in abstract:
                continue
            number = _int(one.get(f"{_W}numId"))
            levels = dict(_levels(abstract[base].iterfind(f"{_W}lvl")))
            own = list(one.iterfind(f"{_W}lvlOverride"))
            for change in own:
                levels |= dict(_levels(change.iterfind(f"{_W}lvl")))
            self._lists[number] = levels
            # Lists of one abstract list count on, but for one that begins anew.
            self._counter_of[number] = -1 - number if own else base


def _levels(found: Iterable[etree._Element]) -> Iterable[tuple[int, _Level]]:
    for one in found:
        start, form, text = (one.find(f"{_W}{name}") for name in ("start", "numFmt", "lvlText"))
        level = _int(one.get(f"{_W}ilvl"))
        if 0 <= level < _DEEPEST:
            yield (
                level,
                _Level(
                    _int(start.get(_VAL)) if start is not None else 1,
                    str(form.get(_VAL)) if form is not None else "decimal",
                    str(text.get(_VAL) or "") if text is not None else "",
                ),
            )


def _numbers_of_styles(styles: etree._Element) -> dict[str, NumberOf]:
    """Styles with a number of their own or of the style they are based on."""
    own: dict[str, NumberOf] = {}
    based: dict[str, str] = {}
    for style in styles.iter(f"{_W}style"):
        name = str(style.get(f"{_W}styleId"))
        number = style.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        level = style.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        if number is not None:
            own[name] = (_int(number.get(_VAL)), _int(level.get(_VAL)) if level is not None else 0)
        base = style.find(f"{_W}basedOn")
        if base is not None:
            based[name] = str(base.get(_VAL))
    for name in based:
        above, steps = name, 0
        while above not in own and above in based and steps < len(based):
            above, steps = based[above], steps + 1
        if above in own:
            own[name] = own[above]
    return own


def _written(levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
    if level not in levels:
        return ""
    counted = counts[level]
    number = levels[level].start if counted is None else counted
    form = levels[level].form
    if form in _CHINESE and 0 < number <= LARGEST_NUMERAL:
        return chinese_numeral(number)
    if form == "decimalEnclosedCircleChinese" and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return "" if form == "none" else str(number)


def _as_heading(number: str, text: str) -> str:
    """The number as it would be typed; none that a reader would take for a quantity."""
    if number.endswith((".", "．")) and text[:1].isdigit():
        number = number[:-1] + "、"
    return number if number and number_of(number + text)[1].startswith(number) else ""


def _int(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return -1
