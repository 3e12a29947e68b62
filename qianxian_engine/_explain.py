"""The entries behind a figure, and why it changed between two commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from qianxian_engine._engines import EngineName, engine_of
from qianxian_engine._errors import BadRequest
from qianxian_engine._measure import leaves, measure
from qianxian_engine._places import Mode, PlaceTree
from qianxian_engine._request import Change, Explanation, Request, TraceRow
from qianxian_engine._source import LedgerSource
from qianxian_engine._versions import touches
from qianxian_figures import Period
from qianxian_packs import Catalogue

# Indicator and entry: an entry can have a part in both sides of a rate.
_Key = tuple[str, str]


def trace(
    catalogue: Catalogue,
    indicator: str,
    place: str,
    period: Period,
    *,
    as_of: int,
    source: LedgerSource,
    tree: PlaceTree,
    mode: Mode = "as_then",
    engine: EngineName = "duckdb",
) -> list[TraceRow]:
    """The entries behind a figure; their amounts add up to its value, or to each part of a rate.

    Errors: UnknownIndicator, UnknownPlace, BadRequest, LakeDamaged.
    """
    found: list[TraceRow] = []
    for name in leaves(catalogue, indicator):
        request = Request((name,), (place,), (period,), as_of, mode)
        found += engine_of(engine).rows(catalogue, request, source, tree)
    return found


def explain(
    catalogue: Catalogue,
    indicator: str,
    place: str,
    period: Period,
    *,
    as_of_1: int,
    as_of_2: int,
    source: LedgerSource,
    tree: PlaceTree,
    mode: Mode = "as_then",
    engine: EngineName = "duckdb",
) -> Explanation:
    """What came into a figure, went out of it, or changed its amount between two commits.

    The two figures differ by the amounts that came, less those that went, plus what changed.
    Both are by the one definition given: that a definition changed is for its own revisions to
    tell. Errors: as `trace`, and BadRequest where the second commit is before the first.
    """
    if as_of_2 < as_of_1:
        raise BadRequest(f"commit {as_of_2} is before commit {as_of_1}")
    at = partial(
        trace,
        catalogue,
        indicator,
        place,
        period,
        source=source,
        tree=tree,
        mode=mode,
        engine=engine,
    )
    before, after = _amounts(at(as_of=as_of_1)), _amounts(at(as_of=as_of_2))
    came = [key for key in after if key not in before]
    went = [key for key in before if key not in after]
    changed = [key for key in after if key in before and before[key] != after[key]]
    touched: dict[_Key, tuple[int, ...]] = {}
    for name in leaves(catalogue, indicator):
        entries = {entry for n, entry in (*came, *went, *changed) if n == name}
        ledger = measure(catalogue, name).ledger.id
        commits = touches(source, ledger, entries, after=as_of_1, upto=as_of_2)
        touched.update({(name, entry): numbers for entry, numbers in commits.items()})

    def changes(keys: list[_Key]) -> tuple[Change, ...]:
        return tuple(
            Change(*key, before.get(key), after.get(key), touched.get(key, ())) for key in keys
        )

    return Explanation(changes(came), changes(went), changes(changed))


def _amounts(rows: Sequence[TraceRow]) -> Mapping[_Key, Decimal | None]:
    return {(row.indicator, row.entry): row.amount for row in rows}
