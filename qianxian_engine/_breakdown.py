"""A figure broken down by a choice field: one figure for each choice, and one for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from qianxian_engine._attestation import Attested
from qianxian_engine._compute import compute
from qianxian_engine._engines import EngineName
from qianxian_engine._errors import BadRequest
from qianxian_engine._measure import measure
from qianxian_engine._places import Mode, PlaceTree
from qianxian_engine._source import LedgerSource
from qianxian_figures import Figure, Period
from qianxian_packs import Catalogue, Indicator

# The key of the entries in which the field is empty.
NOT_FILLED = ""


def breakdown(
    catalogue: Catalogue,
    indicator: str,
    by: str,
    places: Sequence[str],
    periods: Sequence[Period],
    *,
    as_of: int,
    source: LedgerSource,
    tree: PlaceTree,
    attested: Attested,
    mode: Mode = "as_then",
    engine: EngineName = "duckdb",
) -> dict[str, list[Figure]]:
    """Choice → one figure a place and period, in the order of `compute`; NOT_FILLED comes last.

    The counts and sums of all keys add up to those of the indicator; distinct values need not,
    as one can have several choices. Errors: as `compute`, and BadRequest where the field is none
    that the indicator may be broken down by, or has no list of choices.
    """
    parts = _parts(catalogue, indicator, by)
    ledger = measure(catalogue, indicator).ledger
    needed = [ledger, *([catalogue.ledgers[ledger.subject]] if ledger.subject else [])]
    figures = compute(
        Catalogue.of([*{known.id: known for known in needed}.values(), *parts.values()]),
        [part.id for part in parts.values()],
        places,
        periods,
        as_of=as_of,
        source=source,
        tree=tree,
        attested=attested,
        mode=mode,
        engine=engine,
    )
    each = len(places) * len(periods)
    return {key: figures[n * each : (n + 1) * each] for n, key in enumerate(parts)}


def _parts(catalogue: Catalogue, name: str, by: str) -> dict[str, Indicator]:
    """The indicator once for each choice, its filter narrowed to that."""
    field = measure(catalogue, name).ledger.by_name.get(by)
    whole = catalogue.indicators[name]
    if field is None or by not in whole.by or not field.choices:
        raise BadRequest(f"{name} cannot be broken down by {by}")
    conditions = {choice: f"{by} = {_literal(choice)}" for choice in field.choices}
    conditions[NOT_FILLED] = f"{by} IS NULL"
    return {
        choice: whole.model_copy(
            update={
                "id": f"{name}_{n}",
                "where_text": f"({whole.where_text}) AND {condition}"
                if whole.where_text
                else condition,
            }
        )
        for n, (choice, condition) in enumerate(conditions.items())
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
