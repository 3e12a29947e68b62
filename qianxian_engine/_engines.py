"""The engines by name. There is one of each for the process: the DuckDB engine keeps statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from qianxian_engine._duckdb import DuckDBEngine
from qianxian_engine._reference import ReferenceEngine
from qianxian_engine._request import Engine

EngineName = Literal["duckdb", "reference"]

_ENGINES: Mapping[EngineName, Engine] = {
    "duckdb": DuckDBEngine(),
    "reference": ReferenceEngine(),
}


def engine_of(name: EngineName) -> Engine:
    return _ENGINES[name]
