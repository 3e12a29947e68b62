"""Private values: sealed under a key of their entry, which is wrapped by the site's key.

AES-256-GCM throughout; the entry and the field are bound in as associated data, so that a value
cannot be moved to another place. Erasing the entry's key leaves history whole and the values lost.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives import hashes
from django.conf import settings

from qianxian.ledgers.models import EntryKey, PrivateValue

_NONCE = 12


@cache
def _site_key() -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"qianxian entry keys").derive(
        settings.SITE_KEY.encode()
    )


def _seal(key: bytes, text: bytes, bound: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound.encode())


def _open(key: bytes, sealed: bytes, bound: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound.encode())


def put(entry: uuid.UUID, values: dict[str, str]) -> dict[str, str]:
    """Seal values beside an entry that is stored already; returns field → digest of the sealed."""
    if not values:
        return {}
    row, key = _key_of(entry)
    digests = {}
    for field, value in values.items():
        sealed = _seal(key, value.encode(), f"{entry.hex}/{field}")
        PrivateValue.objects.update_or_create(
            entry_id=row.pk, field=field, defaults={"sealed": sealed}
        )
        digests[field] = hashlib.sha256(sealed).hexdigest()
    return digests


def _key_of(entry: uuid.UUID) -> tuple[EntryKey, bytes]:
    row = EntryKey.objects.filter(entry_id=entry).first()
    if row:
        return row, _open(_site_key(), bytes(row.wrapped), entry.hex)
    key = AESGCM.generate_key(256)
    row = EntryKey.objects.create(entry_id=entry, wrapped=_seal(_site_key(), key, entry.hex))
    return row, key


def read(entry: uuid.UUID, field: str) -> str | None:
    """The value in full, None where there is none or its key was erased. Callers log the reading."""
    row = EntryKey.objects.filter(entry_id=entry).first()
    value = PrivateValue.objects.filter(entry_id=entry, field=field).first()
    if row is None or value is None:
        return None
    key = _open(_site_key(), bytes(row.wrapped), entry.hex)
    return _open(key, bytes(value.sealed), f"{entry.hex}/{field}").decode()


def erase(entry: uuid.UUID) -> None:
    """Make the private values of an entry unreadable for good."""
    EntryKey.objects.filter(entry_id=entry).delete()
