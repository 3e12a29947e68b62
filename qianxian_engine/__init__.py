"""Definitions and versions of entries in, figures out: two engines that agree, and the lake.

`compute` gives figures, `breakdown` a figure by choices of a field, `trace` the entries behind
one, `explain` why it changed. The reference engine is plain Python and is the meaning; the DuckDB
engine is the default.
"""

from __future__ import annotations

from qianxian_engine._attestation import Attestation, AttestationTable, Attested
from qianxian_engine._breakdown import NOT_FILLED, breakdown
from qianxian_engine._compute import compute
from qianxian_engine._duckdb import DuckDBEngine
from qianxian_engine._engines import EngineName
from qianxian_engine._errors import (
    BadRequest,
    BadTree,
    EngineError,
    LakeDamaged,
    UnknownIndicator,
    UnknownPlace,
)
from qianxian_engine._explain import explain, trace
from qianxian_engine._lake import Lake, LakeFile, LakeSource, Manifest
from qianxian_engine._places import Level, Mode, PlaceNode, PlaceTree
from qianxian_engine._reference import ReferenceEngine
from qianxian_engine._request import Change, Engine, Explanation, Parts, Request, TraceRow
from qianxian_engine._source import (
    VERSION_COLUMNS,
    LedgerSource,
    MemorySource,
    arrow_type,
    version_schema,
)

__all__ = [
    "NOT_FILLED",
    "VERSION_COLUMNS",
    "Attestation",
    "AttestationTable",
    "Attested",
    "BadRequest",
    "BadTree",
    "Change",
    "DuckDBEngine",
    "Engine",
    "EngineError",
    "EngineName",
    "Explanation",
    "Lake",
    "LakeDamaged",
    "LakeFile",
    "LakeSource",
    "LedgerSource",
    "Level",
    "Manifest",
    "MemorySource",
    "Mode",
    "Parts",
    "PlaceNode",
    "PlaceTree",
    "ReferenceEngine",
    "Request",
    "TraceRow",
    "UnknownIndicator",
    "UnknownPlace",
    "arrow_type",
    "breakdown",
    "compute",
    "explain",
    "trace",
    "version_schema",
]
