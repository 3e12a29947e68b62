"""Puts versions into a lake that is sealed at the commits that a test names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from qianxian_engine import Lake, LakeSource, Manifest
from qianxian_packs import Ledger


def sealed(
    ledgers: Mapping[str, Ledger],
    versions: Mapping[str, pa.Table],
    folder: Path,
    commits: Iterable[int],
) -> LakeSource:
    """A source whose tail is what came after the last of the commits."""
    lake = Lake(folder)
    manifests: dict[str, Manifest] = {}

    def tail(ledger: str, after: int) -> pa.Table:
        return versions[ledger].filter(pc.greater(versions[ledger]["from_commit"], after))

    for commit in commits:
        for name in versions:
            previous = manifests.get(name)
            newer = tail(name, previous.commit if previous else 0)
            if newer.num_rows:
                manifests[name] = lake.seal(ledgers[name], previous, newer, commit=commit)
    return LakeSource(lake, manifests, tail)


def last_commit(versions: Mapping[str, pa.Table]) -> int:
    return max((pc.max(table["from_commit"]).as_py() or 0) for table in versions.values())
