"""What is wrong with the values of an entry among themselves, by its definition alone.

Nothing here needs the database, so that a second process can check rows of a long file with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from qianxian_packs import Ledger


def faults_together(
    ledger: Ledger,
    parsed: Mapping[str, Any],
    unread: Mapping[str, str],
    later: Collection[str],
) -> dict[str, str]:
    """What is wrong with values that were read one by one: those that could not be read, required
    ones that are missing, and, where all are there, the checks between them.

    later  fields that a step fills, and that may be missing until then
    """
    errors = dict(unread)
    for field in ledger.fields:
        if field.required and field.name not in later and parsed.get(field.name, "") is None:
            errors[field.name] = f"还没填{field.label}。"
    return errors or failed_checks(ledger, parsed)


def failed_checks(ledger: Ledger, values: Mapping[str, Any]) -> dict[str, str]:
    """Each check that does not hold, at the first field that it names."""
    found: dict[str, str] = {}
    for check in ledger.checks:
        if check.failed(values):
            columns = [f.name for f in ledger.fields if f.name in check.require.columns]
            found.setdefault(columns[-1] if columns else "", check.says)
    return found
