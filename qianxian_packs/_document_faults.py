"""Faults of documents that steps make: slots that no matter can fill."""

from __future__ import annotations

from collections.abc import Iterator

from qianxian_packs._catalogue import Document
from qianxian_packs._errors import PackError
from qianxian_packs._known import Known, Loaded
from qianxian_packs._ledger import Ledger
from qianxian_packs._paragraph_faults import slots_of

# Slots that print words about the matter itself, or a line to write on.
WORDS = frozenset({"place", "village", "township", "today", "number", "post", "reason", "blank"})


def faults(item: Loaded, document: Document, known: Known) -> Iterator[PackError]:
    used_by = _ledgers_with(document, known)
    for key in ("title", "addressee", "text"):
        slots, are_paired = slots_of(getattr(document, key))
        if not are_paired:
            yield item.error("有 {{ 或 }} 没有配成一对。", key)
        for slot in slots:
            yield from _slot(item, slot, used_by, key)


def _ledgers_with(document: Document, known: Known) -> list[Ledger]:
    flows = {
        flow.id
        for flow in known.flows.values()
        for step in flow.steps
        if step.document == document.id
    }
    return [ledger for ledger in known.ledgers.values() if ledger.flow in flows]


def _slot(item: Loaded, slot: str, ledgers: list[Ledger], key: str) -> Iterator[PackError]:
    if slot in WORDS:
        return
    if not ledgers:
        yield item.error(f"没有一步出这份文书，“{slot}”填不上。在流程的步骤里写 document。", key)
    for ledger in ledgers:
        field = ledger.by_name.get(slot)
        if field is None:
            yield item.error(f"{ledger.name}没有“{slot}”这个字段。", key)
        elif field.private:
            says = f"{field.label}是隐私，不印进文书。写 {{{{ blank }}}} 留出手写的地方。"
            yield item.error(says, key)
