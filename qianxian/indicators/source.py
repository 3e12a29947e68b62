"""What the engine computes from: a township's sealed files and its newer commits."""

from __future__ import annotations

import pyarrow as pa

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.indicators.lake import lake_of, manifests
from qianxian.indicators.versions import tail_table
from qianxian_engine import LakeSource


def source_of(township: Place) -> LakeSource:
    """The versions of one township's stream: sealed files, then the newer commits.

    The manifests are read once, so that every figure of a request comes from the same files.
    """
    tails: dict[tuple[str, int], pa.Table] = {}

    def tail(ledger: str, after: int) -> pa.Table:
        if (ledger, after) not in tails:
            tails[ledger, after] = tail_table(township, catalogue().ledgers[ledger], after)
        return tails[ledger, after]

    return LakeSource(lake_of(township), manifests(township), tail)
