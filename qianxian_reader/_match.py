"""Which indicator of a catalogue a figure is of. Only the same thing matches: 改厕976户 and 改厕任务282个
are 改厕, but 公厕, 改厕率 and money for 改厕 are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from qianxian_figures import Kind, is_comparable
from qianxian_reader._document import CatalogueLike, IndicatorLike

# Words that say who, where, that it was done: they do not change what is counted.
_LEAD = re.compile(
    r"^(?:高质量|提前|超额|已|共|累计|全面|计划|力争|预计|完成|实现|开展|实施|推进|组织|达到|全(?:乡|镇|县|市|区|省|村)|我(?:乡|镇|县)|农村(?=.{4})(?!居民|常住|人口|户籍|劳动力|人均)|农户(?=.{3})|各类)+"
)
_TAIL = re.compile(
    r"(?:任务数|任务|工作|户数|人数|个数|座数|数量|总数|总量|总额|金额|超额完成|完成|超额|目标|指标|数|达标|情况|建设)+$"
)
_BRACKETS = re.compile(r"[（(][^）)]*[）)]|[“”\"、·\s]")
_TAIL_OF_AREA = re.compile(r"面积$")
# A thing that is named by household or house is often counted in 个 or 座.
_LOOSE = {
    "户": "个座处",
    "座": "个处",
    "处": "个座",
    "起": "件例宗",
    "件": "起例宗个",
    "家": "个户",
    "个": "家处座",
    "场": "次场次",
    "次": "场场次",
}
_SCALED = re.compile(r"^[万亿]+(?=.)")
_BY_HOUSE = re.compile(r"厕|房|户|池|井")


@lru_cache(maxsize=4096)
def core(phrase: str) -> str:
    """The thing itself in a name or a measure."""
    bare = _BRACKETS.sub("", phrase)
    return _TAIL.sub("", _LEAD.sub("", bare)) or bare


class Matcher:
    """Names of a catalogue's indicators by their core."""

    def __init__(self, catalogue: CatalogueLike | None) -> None:
        self._by_core: dict[str, list[IndicatorLike]] = {}
        for indicator in _indicators(catalogue):
            for name in (indicator.name, *indicator.synonyms):
                self._add(core(name), indicator)
                if indicator.unit.endswith("亩"):
                    self._add(_TAIL_OF_AREA.sub("", core(name)), indicator)

    def _add(self, form: str, indicator: IndicatorLike) -> None:
        entries = self._by_core.setdefault(form, [])
        if indicator not in entries:
            entries.append(indicator)

    def match(self, measure: str, unit: str, kind: Kind, value: Decimal) -> str | None:
        """The id of the one indicator that the figure is of, else None."""
        if kind in (Kind.CHANGE, Kind.RANK) or not self._by_core:
            return None
        found = [
            one
            for one in self._by_core.get(core(measure), [])
            if _fits(one, measure, unit) and (one.kind == "rate") == (kind is Kind.RATE)
        ]
        return found[0].id if len(found) == 1 else None


def is_loose(one: str, other: str) -> bool:
    """Whether a thing counted in one unit may be counted in the other (户 and 座 of toilets)."""
    return one == other or one in _LOOSE.get(other, "")


def _indicators(catalogue: CatalogueLike | None) -> Iterable[IndicatorLike]:
    return catalogue.indicators.values() if catalogue is not None else ()


def _fits(indicator: IndicatorLike, measure: str, unit: str) -> bool:
    wanted = _SCALED.sub("", indicator.unit)
    if is_comparable(wanted, unit):
        return True
    return is_loose(unit, wanted) and (
        wanted != "户" or bool(_BY_HOUSE.search(indicator.name + measure))
    )
