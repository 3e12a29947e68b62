"""Findings as people deal with them: a lasting key, a short title, a Chinese word for the kind."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from qianxian_reader import Code, Finding, Severity

# What the disc on the card says, after GUIDE words of the reader's codes.
KINDS = {
    Code.CONTRADICTION: ("矛盾", "前后说的不一样"),
    Code.ARITHMETIC: ("算术", "算不对"),
    Code.IMPOSSIBLE: ("不可能", "不会有的数"),
    Code.PLACEHOLDER: ("占位", "模板词没有替换"),
    Code.DAMAGED: ("坏字", "文字坏了"),
    Code.NUMBERING: ("序号", "序号不对"),
    Code.UNIT: ("单位", "单位不对"),
    Code.LEFTOVER: ("旧稿", "上一年的话没改"),
    Code.STALE: ("过时", "数或话过时了"),
    Code.WORDING: ("用词", "固定提法写错"),
    Code.FORMAT: ("格式", "格式不合规范"),
    Code.PRIVACY: ("隐私", "写了个人信息"),
    Code.RECORDS: ("台账", "和台账对不上"),
    Code.HISTORY: ("去年", "和去年印发的对不上"),
    Code.PLAN: ("计划", "和计划对不上"),
}
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
