"""Bytes of a report to figures, tasks, problems and findings. Usable alone, without the product."""

from __future__ import annotations

from qianxian_reader._compare import Column, Comparison, Row, compare
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
    Statement,
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
from qianxian_reader._followup import Commitment, Outcome, follow_up
from qianxian_reader._json import to_json
from qianxian_reader._placing import repaired_spans
from qianxian_reader._read import read, read_text
from qianxian_reader._sarif import to_sarif

__all__ = [
    "CatalogueLike",
    "Code",
    "Column",
    "Commitment",
    "Comparison",
    "DamagedFile",
    "Document",
    "Finding",
    "IndicatorLike",
    "LockedFile",
    "NoText",
    "Outcome",
    "Problem",
    "ReaderError",
    "Repair",
    "ReportFigure",
    "ReportKind",
    "Role",
    "Row",
    "Section",
    "Severity",
    "Statement",
    "Task",
    "UnknownRule",
    "UnreadableFile",
    "UnsupportedFile",
    "compare",
    "follow_up",
    "read",
    "read_text",
    "repaired_spans",
    "to_json",
    "to_sarif",
]
