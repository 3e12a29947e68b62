"""Findings as SARIF 2.1.0, the form in which editors and build servers take them.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

from collections.abc import Sequence

from qianxian_reader._document import Document, Finding, Severity
from qianxian_reader.rules import RULES

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(documents: Sequence[Document]) -> dict[str, object]:
    """One run over all documents. Columns are counted in characters from 1."""
    used = sorted({finding.rule for one in documents for finding in one.findings})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "columnKind": "unicodeCodePoints",
                "tool": {"driver": {"name": "qianxian", "rules": [_rule(code) for code in used]}},
                "results": [
                    _result(document, finding)
                    for document in documents
                    for finding in document.findings
                ],
            }
        ],
    }


def _rule(code: str) -> dict[str, object]:
    rule = RULES[code]
    return {
        "id": code,
        "name": rule.kind.value,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(document: Document, finding: Finding) -> dict[str, object]:
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": document.file},
                    "region": region,
                }
            }
            for region in _regions(finding)
        ],
    }


def _regions(finding: Finding) -> list[dict[str, object]]:
    if not finding.spans:
        return [{"startLine": line} for line in finding.lines]
    return [
        {
            "startLine": span.line,
            "startColumn": span.start + 1,
            "endColumn": span.end + 1,
            "snippet": {"text": span.text},
        }
        for span in finding.spans
    ]
