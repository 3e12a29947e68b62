"""The rules that a report is checked against, each with a page in docs/rules."""

from __future__ import annotations

from collections.abc import Collection

from qianxian_reader._document import Finding
from qianxian_reader._errors import UnknownRule
from qianxian_reader._reading import Reading
from qianxian_reader.rules import (
    _contradiction,
    _damaged,
    _dated,
    _format,
    _growth,
    _impossible,
    _leftover,
    _named,
    _numbering,
    _placeholder,
    _privacy,
    _products,
    _rates,
    _stale,
    _sums,
    _unit,
    _wording,
)
from qianxian_reader.rules._rule import Case, Rule

_MODULES = (
    _contradiction,
    _dated,
    _sums,
    _named,
    _rates,
    _growth,
    _products,
    _impossible,
    _placeholder,
    _damaged,
    _numbering,
    _unit,
    _leftover,
    _stale,
    _wording,
    _format,
    _privacy,
)
RULES: dict[str, Rule] = {rule.code: rule for module in _MODULES for rule in module.RULES}


def check(reading: Reading, switched_off: Collection[str] = ()) -> tuple[Finding, ...]:
    """All findings in text order. Errors: UnknownRule."""
    for code in switched_off:
        if code not in RULES:
            raise UnknownRule(f"没有“{code}”这条规则。请用 docs/rules 里列出的编号。")
    found = [
        finding
        for rule in RULES.values()
        if rule.code not in switched_off
        for finding in rule.findings(reading)
    ]
    return tuple(sorted(found, key=lambda one: (one.lines[:1], one.rule)))


__all__ = ["RULES", "Case", "Rule", "check"]
