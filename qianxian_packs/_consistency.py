"""What single files cannot show: faults between definitions, told at the place that causes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from qianxian_packs import (
    _document_faults,
    _flow_faults,
    _indicator_faults,
    _ledger_faults,
    _paragraph_faults,
)
from qianxian_packs._catalogue import Document, Line, Paragraph
from qianxian_packs._errors import PackError
from qianxian_packs._flow import Flow
from qianxian_packs._indicator import Indicator
from qianxian_packs._known import Known, Loaded
from qianxian_packs._ledger import Ledger


def inconsistencies(
    loaded: Iterable[Loaded], broken: Collection[tuple[str, str]]
) -> Iterator[PackError]:
    """Every fault between definitions. `broken` are kind and id of those that could not be read."""
    items = list(loaded)
    known = Known(items, broken)
    yield from _repeated(items)
    for item in items:
        match item.definition:
            case Line() as line:
                yield from _roles(item, line, known)
            case Ledger() as ledger:
                yield from _ledger_faults.faults(item, ledger, known)
            case Flow() as flow:
                yield from _flow_faults.faults(item, flow, known)
            case Indicator() as indicator:
                yield from _indicator_faults.faults(item, indicator, known)
            case Paragraph() as paragraph:
                yield from _paragraph_faults.faults(item, paragraph, known)
            case Document() as document:
                yield from _document_faults.faults(item, document, known)


def _repeated(items: Iterable[Loaded]) -> Iterator[PackError]:
    first: dict[tuple[str, str], str] = {}
    for item in items:
        key = (item.kind, item.definition.id)
        if key in first:
            yield item.error(f"“{item.definition.id}”在 {first[key]} 里已经有了，换一个名字。")
        first.setdefault(key, item.source.file)


def _roles(item: Loaded, line: Line, known: Known) -> Iterator[PackError]:
    for role in line.roles:
        if len(known.roles[role]) > 1:
            names = "、".join(sorted(known.roles[role]))
            yield item.error(f"同一个岗位职责叫法不一：{names}。统一成一个。", "roles", role)
