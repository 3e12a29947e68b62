"""Bytes of a report to figures, tasks, problems and findings. Usable alone, without the product."""

from __future__ import annotations

from qianxian_reader._document import (
    CatalogueLike,
    Code,
    Document,
    Finding,
    IndicatorLike,
    Problem,
    Repair,
    ReportFigure,
    ReportKind,
    Role,
    Section,
    Severity,
    Task,
)
from qianxian_reader._errors import (
    DamagedFile,
    LockedFile,
    NoText,
    ReaderError,
    UnknownRule,
    UnreadableFile,
    UnsupportedFile,
)
from qianxian_reader._json import to_json
from qianxian_reader._placing import repaired_spans
from qianxian_reader._read import read, read_text

__all__ = [
    "CatalogueLike",
    "Code",
    "DamagedFile",
    "Document",
    "Finding",
    "IndicatorLike",
    "LockedFile",
    "NoText",
    "Problem",
    "ReaderError",
    "Repair",
    "ReportFigure",
    "ReportKind",
    "Role",
    "Section",
    "Severity",
    "Task",
    "UnknownRule",
    "UnreadableFile",
    "UnsupportedFile",
    "read",
    "read_text",
    "repaired_spans",
    "to_json",
]
