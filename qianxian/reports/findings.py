"""Findings as people deal with them: a lasting key, a short title, a Chinese word for the kind."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from qianxian_reader import Code, Finding, Severity
from qianxian_reader.rules import RULES

# One word for the kind, in the corner of the card.
KINDS = {
    Code.CONTRADICTION: "矛盾",
    Code.ARITHMETIC: "算术",
    Code.IMPOSSIBLE: "不可能",
    Code.PLACEHOLDER: "占位",
    Code.DAMAGED: "坏字",
    Code.NUMBERING: "序号",
    Code.UNIT: "单位",
    Code.LEFTOVER: "残留",
    Code.STALE: "过时",
    Code.WORDING: "用词",
    Code.FORMAT: "格式",
    Code.PRIVACY: "隐私",
    Code.RECORDS: "台账",
    Code.HISTORY: "去年",
    Code.PLAN: "计划",
}
# The rules that only the product can check, beside those of the reader.
RECORDS_RULE = "R101"
OWN_TITLES = {RECORDS_RULE: "和台账里的数不一样"}
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warn", Severity.NOTE: "info"}


def keyed(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Each finding with a key that stays while the text around it is edited.

    It says rule, words and reason; where several are alike, also which of them.
    """
    seen: Counter[str] = Counter()
    out = []
    for finding in findings:
        said = "\0".join((finding.rule, finding.quote, finding.message))
        stem = hashlib.sha256(said.encode()).hexdigest()[:20]
        seen[stem] += 1
        out.append((f"{stem}-{seen[stem]}", finding))
    return out


def is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def title_of(finding: Finding) -> str:
    """What is wrong, in about a dozen characters."""
    rule = RULES.get(finding.rule)
    return rule.title if rule else OWN_TITLES.get(finding.rule, KINDS[finding.code])
