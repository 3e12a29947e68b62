"""Faults of report paragraphs: slots that no figure can fill."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_packs._catalogue import Paragraph
from qianxian_packs._errors import PackError
from qianxian_packs._known import Known, Loaded

# Slots that print words of the report itself. An indicator may not be called so.
WORDS = frozenset({"period", "year", "next_year", "last_year", "place"})
_SLOT = re.compile(r"(?<!\\)\{\{\s*([^{}]*?)\s*\}\}")
_BRACES = re.compile(r"(?<!\\)\{\{|\}\}")
_NAME = re.compile(r"([a-z][a-z0-9_]*)((?:\.[a-z_]+)?)(?:@\d+)?")


def faults(item: Loaded, paragraph: Paragraph, known: Known) -> Iterator[PackError]:
    slots, are_paired = slots_of(paragraph.text)
    if not are_paired:
        yield item.error("有 {{ 或 }} 没有配成一对。", "text")
    for slot in slots:
        found = _NAME.fullmatch(slot)
        if found is None:
            yield item.error(f"“{slot}”看不懂，写成 {{{{ 指标的编号 }}}}。", "text")
        elif found[2] == ".overdue":
            if known.lacks("ledger", found[1]):
                yield item.error(f"没有“{found[1]}”这个台账。", "text")
        elif found[1] not in WORDS and known.lacks("indicator", found[1]):
            yield item.error(f"没有“{found[1]}”这个指标。", "text")


def slots_of(text: str) -> tuple[list[str], bool]:
    """What stands in the slots of a text, and whether every bracket has its other."""
    found: list[str] = _SLOT.findall(text)
    return found, len(_BRACES.findall(text)) == 2 * len(found)
