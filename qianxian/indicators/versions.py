"""Versions of entries out of the commit stream, in the columns that the engine wants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from qianxian.core.models import Place, Revision
from qianxian.ledgers import values
from qianxian.ledgers.models import Attestation
from qianxian_engine import Attestation as AttestedPeriod
from qianxian_engine import AttestationTable, version_schema
from qianxian_figures import Period
from qianxian_packs import Ledger

_ROWS_A_BATCH = 5_000


def tail_table(township: Place, ledger: Ledger, after: int) -> pa.Table:
    """Versions of a ledger's entries in commits after number `after`, as the engine wants them."""
    schema = version_schema(ledger)
    batches = [
        pa.RecordBatch.from_pylist(rows, schema=schema)
        for rows in _batched(_versions(township, ledger, after))
    ]
    return pa.Table.from_batches(batches, schema=schema)


def _versions(township: Place, ledger: Ledger, after: int) -> Iterator[dict[str, Any]]:
    # Read by commit number: ids are handed out before a save is visible, numbers never are.
    rows = (
        Revision.objects.filter(
            kind=Revision.Kind.ENTRY,
            commit__stream=township.pk,
            commit__number__gt=after,
            body__contains=f'"ledger":"{ledger.id}"',
        )
        .order_by("commit__number", "position")
        .values_list("commit__number", "body")
    )
    for number, text in rows.iterator(chunk_size=_ROWS_A_BATCH):
        body = json.loads(text)
        if number is not None and body["ledger"] == ledger.id:
            yield _version(ledger, number, body)


def _version(ledger: Ledger, number: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "entry": body["id"],
        "place": body["place"],
        "subject": body.get("subject"),
        "on": date.fromisoformat(body["on"]) if body.get("on") else None,
        "state": body.get("state"),
        "campaign": body.get("campaign"),
        "deleted": body.get("deleted", False),
        "from_commit": number,
        "to_commit": None,
        **({"episodes": _episodes(body)} if ledger.is_register else {}),
        **values.loaded(ledger, body["data"]),
    }


def _episodes(body: dict[str, Any]) -> list[str]:
    """The stretches of days of an entry of a register, as the engine reads them."""
    return [
        "/".join(each.get(part, "") for part in ("from", "to", "place"))
        for each in body.get("episodes", ())
    ]


def _batched(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def attested(township: Place) -> AttestationTable:
    """The villages' words as of any commit, returned ones until they were returned."""
    rows = Attestation.objects.filter(place__path__startswith=township.path)
    return AttestationTable(
        AttestedPeriod(
            ledger=row.ledger,
            place=row.place_id,
            period=Period(row.start, row.end),
            from_commit=row.attested_commit,
            to_commit=row.returned_commit,
        )
        for row in rows
    )
