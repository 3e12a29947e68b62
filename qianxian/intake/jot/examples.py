"""Sentences that show how to write, with this office's own places and ledgers."""

from __future__ import annotations

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.intake.jot.reading import Speaker

# Ledger → a sentence; {village} is a village of the person's own.
_SENTENCES = {
    "cleanup": "昨天{village}搞大扫除，来了36个人，清了一吨半垃圾",
    "toilet_renovation": "三组王家的厕所今天完工了",
    "home_visit": "前天到老李家走访，屋顶漏雨",
    "reservoir_patrol": "水库今天巡了，没事",
    "inspection": "今天查了加油站，3个人去的，没发现隐患",
}
_SHOWN = 3


def examples_of(speaker: Speaker) -> list[str]:
    """At most three, of ledgers that this person may record in."""
    reach = gate.reaches(speaker.user, Permission.ENTRY_EDIT, speaker.on)
    lines = {one.line for one in reach}
    village = _village(speaker)
    known = (
        text.format(village=village)
        for name, text in _SENTENCES.items()
        if name in catalogue().ledgers and lines & {"", catalogue().ledgers[name].line}
    )
    return list(known)[:_SHOWN]


def _village(speaker: Speaker) -> str:
    if speaker.village:
        return ""
    villages = Place.objects.within(speaker.township.path).filter(level=Place.Level.VILLAGE)
    first = villages.valid_on(speaker.on).order_by("code").first()
    return first.name.removesuffix("村") if first else ""
