"""What a workbook is known by when it comes back: a signature, and a key in each row.

Both need the site's key. A workbook of another site and a row whose key was changed are noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from qianxian.imports.workbooks.models import Workbook

_ROW = re.compile(r"Q(\d{1,18})-([0-9a-f]{32})-(\d{1,9})-([0-9a-f]{16})")
_SIGN = "QX"


@cache
def _key(site_key: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"qianxian village workbooks")
    return derived.derive(site_key.encode())


def _mac(*parts: object) -> str:
    text = "\x1f".join(map(str, parts))
    return hmac.new(_key(settings.SITE_KEY), text.encode(), hashlib.sha256).hexdigest()


def identity(texts: list[str]) -> str:
    """A short digest of what a row is known by; empty where it has nothing of the kind."""
    return _mac("identity", *texts)[:12] if any(texts) else ""


@dataclass(frozen=True, slots=True)
class RowKey:
    """The hidden cell of a row. `version` is 0 in the empty rows, whose entry is still to be."""

    workbook: int
    entry: UUID
    version: int
    is_genuine: bool = True


def row_key(workbook: int, entry: UUID, version: int) -> str:
    return f"Q{workbook}-{entry.hex}-{version}-{_mac('row', workbook, entry.hex, version)[:16]}"


def read_row_key(text: object) -> RowKey | None:
    # Asked of every cell of a sheet: most are told by their first letter.
    if not isinstance(text, str) or "Q" not in text[:2]:
        return None
    found = _ROW.fullmatch(text.strip())
    if found is None:
        return None
    workbook, entry, version = int(found[1]), UUID(found[2]), int(found[3])
    right = row_key(workbook, entry, version)
    return RowKey(workbook, entry, version, hmac.compare_digest(right, found[0]))


def signature(workbook: Workbook) -> str:
    parts = (workbook.pk, workbook.ledger, workbook.village_id, workbook.head)
    return "|".join([_SIGN, *map(str, parts), _mac("book", *parts)])


def read_signature(text: object) -> tuple[int, bool] | None:
    """(number of the workbook, whether this site signed it), None where it is none."""
    if not isinstance(text, str) or _SIGN not in text[:3]:
        return None
    parts = text.strip().split("|")
    if len(parts) != 6 or parts[0] != _SIGN or not parts[1].isdecimal():
        return None
    return int(parts[1]), hmac.compare_digest(_mac("book", *parts[1:5]), parts[5])
