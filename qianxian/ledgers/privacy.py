"""Private values: sealed under a key of their entry, which is wrapped by the site's key.

AES-256-GCM throughout; the entry and the field are bound in as associated data, so that a value
cannot be moved to another place. Erasing the entry's key leaves history whole and the values lost.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from qianxian.ledgers.models import EntryKey, PrivateValue

_NONCE = 12
_SLICE = 500


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


def put(entry: uuid.UUID, values: Mapping[str, str]) -> dict[str, str]:
    """Seal values beside an entry; returns field → digest of the sealed, for the revision."""
    if not values:
        return {}
    rows = [_sealed(entry, _key_of(entry), field, value) for field, value in values.items()]
    PrivateValue.objects.bulk_create(rows)
    return {row.field: row.digest for row in rows}


@dataclass(frozen=True, slots=True)
class Sealed:
    """Values that are sealed but not kept yet: what takes time is done before the write lock."""

    keys: tuple[EntryKey, ...]
    rows: tuple[PrivateValue, ...]

    def digests(self) -> dict[uuid.UUID, dict[str, str]]:
        """Entry → field → digest, for the revisions."""
        found: dict[uuid.UUID, dict[str, str]] = {}
        for row in self.rows:
            found.setdefault(row.entry_id, {})[row.field] = row.digest
        return found


def seal(values: Mapping[uuid.UUID, Mapping[str, str]], *, is_new: bool) -> Sealed:
    """Seal values of many entries without writing anything; `keep` writes them.

    is_new  the entries have no key yet, so that nobody looks for one
    """
    wanted = {entry: own for entry, own in values.items() if own}
    known = {} if is_new else _keys_of(wanted)
    made = {entry: AESGCM.generate_key(256) for entry in wanted if entry not in known}
    keys = known | made
    rows = [
        _sealed(entry, keys[entry], field, value)
        for entry, own in wanted.items()
        for field, value in own.items()
    ]
    wrapped = (
        EntryKey(entry_id=entry, wrapped=_wrapped(entry, key)) for entry, key in made.items()
    )
    return Sealed(tuple(wrapped), tuple(rows))


def keep(sealed: Sealed) -> None:
    """Write what `seal` made, inside the transaction that writes the entries."""
    EntryKey.objects.bulk_create(sealed.keys, batch_size=1000)
    PrivateValue.objects.bulk_create(sealed.rows, batch_size=1000)


def put_new(values: Mapping[uuid.UUID, Mapping[str, str]]) -> dict[uuid.UUID, dict[str, str]]:
    """`put` for many entries that have no key yet, in two statements."""
    sealed = seal(values, is_new=True)
    keep(sealed)
    return {entry: {} for entry in values} | sealed.digests()


def _sealed(entry: uuid.UUID, key: bytes, field: str, value: str) -> PrivateValue:
    sealed = _seal(key, value.encode(), f"{entry.hex}/{field}")
    digest = hashlib.sha256(sealed).hexdigest()
    return PrivateValue(entry_id=entry, field=field, sealed=sealed, digest=digest)


def _wrapped(entry: uuid.UUID, key: bytes) -> bytes:
    return _seal(_site_key(), key, entry.hex)


def _existing_key(entry: uuid.UUID) -> bytes | None:
    row = EntryKey.objects.filter(entry_id=entry).first()
    return _open(_site_key(), bytes(row.wrapped), entry.hex) if row else None


def _key_of(entry: uuid.UUID) -> bytes:
    key = _existing_key(entry)
    if key is None:
        key = AESGCM.generate_key(256)
        EntryKey.objects.create(entry_id=entry, wrapped=_wrapped(entry, key))
    return key


def read(entry: uuid.UUID, field: str) -> str | None:
    """The value in full, None where there is none or its key was erased.

    Whoever shows it in full goes through `access.read_private`, which asks why and logs it.
    """
    return read_all(entry, [field]).get(field)


def read_all(entry: uuid.UUID, fields: Iterable[str]) -> dict[str, str]:
    """The present values of these fields, without those that there are not."""
    wanted = list(fields)
    key = _existing_key(entry) if wanted else None
    if key is None:
        return {}
    # In the order of saving: the newest row of a field comes last and stays.
    rows = PrivateValue.objects.filter(entry_id=entry, field__in=wanted).order_by("id")
    newest = {row.field: bytes(row.sealed) for row in rows}
    return {
        field: _open(key, sealed, f"{entry.hex}/{field}").decode()
        for field, sealed in newest.items()
    }


def read_many(
    entries: Iterable[uuid.UUID], fields: Iterable[str]
) -> dict[uuid.UUID, dict[str, str]]:
    """`read_all` for many entries; those without a value are left out. For comparing only."""
    names, wanted = list(fields), list(dict.fromkeys(entries))
    keys = _keys_of(wanted) if names else {}
    found: dict[uuid.UUID, dict[str, str]] = {}
    for part in _slices(list(keys)):
        rows = PrivateValue.objects.filter(entry_id__in=part, field__in=names).order_by("id")
        for row in rows:
            text = _open(keys[row.entry_id], bytes(row.sealed), f"{row.entry_id.hex}/{row.field}")
            found.setdefault(row.entry_id, {})[row.field] = text.decode()
    return found


def _keys_of(entries: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The keys of these entries, without those that have none."""
    return {
        row.entry_id: _open(_site_key(), bytes(row.wrapped), row.entry_id.hex)
        for part in _slices(list(entries))
        for row in EntryKey.objects.filter(entry_id__in=part)
    }


def _slices(items: list[uuid.UUID]) -> Iterable[list[uuid.UUID]]:
    return (items[n : n + _SLICE] for n in range(0, len(items), _SLICE))


def restore(entry: uuid.UUID, digests: Mapping[str, str]) -> dict[str, str]:
    """Make the values with these digests the present ones again; returns their new digests.

    A value that was cleared or erased for good stays so and is left out.
    """
    key = _existing_key(entry)
    if key is None:
        return {}
    old = PrivateValue.objects.filter(entry_id=entry, digest__in=digests.values())
    texts = {
        row.field: _open(key, bytes(row.sealed), f"{entry.hex}/{row.field}").decode()
        for row in old
        if digests.get(row.field) == row.digest
    }
    return put(entry, texts)


def clear(entry: uuid.UUID, fields: Iterable[str]) -> None:
    """Delete these values for good, with every earlier state of them."""
    PrivateValue.objects.filter(entry_id=entry, field__in=list(fields)).delete()


def erase(entry: uuid.UUID) -> None:
    """Make the private values of an entry unreadable for good."""
    EntryKey.objects.filter(entry_id=entry).delete()
