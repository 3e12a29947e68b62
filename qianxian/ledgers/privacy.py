"""Private values: sealed under a key of their entry, which is wrapped by the site's key.

AES-256-GCM throughout; the entry and the field are bound in as associated data, so that a value
cannot be moved to another place. Erasing the entry's key leaves history whole and the values lost.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from qianxian.core.bulk import insert_rows
from qianxian.ledgers.models import EntryKey, PrivateValue
from qianxian_packs import Field, FieldInvalid

_NONCE = 12
_SLICE = 500
_MARKED_AT_ONCE = 5_000
_IDENTITY = Field(name="identity", label="身份证号", type="id_card")


@cache
def _site_key() -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"qianxian entry keys").derive(
        settings.SITE_KEY.encode()
    )


@cache
def _mark_key() -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"qianxian identity marks").derive(
        settings.SITE_KEY.encode()
    )


def mark_of(text: str) -> str:
    """What the same identity number has everywhere on this site; empty for all that is none.

    Only a number that belongs to one person is marked: marks of telephone numbers, of birthdays
    or of choices would show who has the same.
    """
    try:
        number = _IDENTITY.parse(text)
    except FieldInvalid:
        return ""
    return hmac.new(_mark_key(), str(number).encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, text: bytes, bound: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound.encode())


def _open(key: bytes, sealed: bytes, bound: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound.encode())


def put(entry: uuid.UUID, values: Mapping[str, str]) -> dict[str, str]:
    """Seal values beside an entry; returns field → digest of the sealed, for the revision."""
    if not values:
        return {}
    key = _key_of(entry)
    rows = tuple(_sealed(entry, key, field, value) for field, value in values.items())
    keep(Sealed((), rows))
    return {row.field: row.digest for row in rows}


class SealedKey(NamedTuple):
    """The key of a new entry, wrapped."""

    entry: uuid.UUID
    wrapped: bytes


class SealedValue(NamedTuple):
    """A value as it is kept; see PrivateValue. Without a mark, it is marked in the night."""

    entry: uuid.UUID
    field: str
    sealed: bytes
    digest: str
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """Values that are sealed but not kept yet: what takes time is done before the write lock."""

    keys: tuple[SealedKey, ...]
    values: tuple[SealedValue, ...]

    def digests(self) -> dict[uuid.UUID, dict[str, str]]:
        """Entry → field → digest, for the revisions."""
        found: dict[uuid.UUID, dict[str, str]] = {}
        for value in self.values:
            found.setdefault(value.entry, {})[value.field] = value.digest
        return found

    def without(self, entries: Container[uuid.UUID]) -> Sealed:
        keys = (key for key in self.keys if key.entry not in entries)
        values = (value for value in self.values if value.entry not in entries)
        return Sealed(tuple(keys), tuple(values))


def joined(sealed: Iterable[Sealed]) -> Sealed:
    """As one, to be kept in a few statements instead of one an entry."""
    parts = list(sealed)
    keys = (key for part in parts for key in part.keys)
    return Sealed(tuple(keys), tuple(value for part in parts for value in part.values))


def seal(values: Mapping[uuid.UUID, Mapping[str, str]], *, is_new: bool) -> Sealed:
    """Seal values of many entries without writing anything; `keep` writes them.

    is_new  the entries have no key yet, so that nobody looks for one
    """
    wanted = {entry: own for entry, own in values.items() if own}
    known = {} if is_new else _keys_of(wanted)
    made = {entry: AESGCM.generate_key(256) for entry in wanted if entry not in known}
    keys = known | made
    sealed = (
        _sealed(entry, keys[entry], field, value)
        for entry, own in wanted.items()
        for field, value in own.items()
    )
    wrapped = (SealedKey(entry, _wrapped(entry, key)) for entry, key in made.items())
    return Sealed(tuple(wrapped), tuple(sealed))


def keep(sealed: Sealed) -> None:
    """Write what `seal` made, inside the transaction that writes the entries."""
    keys = [(entry.hex, wrapped) for entry, wrapped in sealed.keys]
    insert_rows(EntryKey, ("entry_id", "wrapped"), keys)
    values = [(entry.hex, *others) for entry, *others in sealed.values]
    insert_rows(PrivateValue, ("entry_id", "field", "sealed", "digest", "mark"), values)


def put_new(values: Mapping[uuid.UUID, Mapping[str, str]]) -> dict[uuid.UUID, dict[str, str]]:
    """`put` for many entries that have no key yet, in two statements."""
    sealed = seal(values, is_new=True)
    keep(sealed)
    return {entry: {} for entry in values} | sealed.digests()


def _sealed(entry: uuid.UUID, key: bytes, field: str, value: str) -> SealedValue:
    sealed = _seal(key, value.encode(), f"{entry.hex}/{field}")
    digest = hashlib.sha256(sealed).hexdigest()
    return SealedValue(entry, field, sealed, digest, mark_of(value))


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
    return put(entry, texts_of(entry, digests))


def marked(entries: Iterable[uuid.UUID]) -> dict[str, set[uuid.UUID]]:
    """Mark → those of these entries that hold the number now; a number of one entry only is left
    out. For finding what is recorded twice: nothing is opened."""
    found: dict[str, set[uuid.UUID]] = {}
    for entry, marks in _present_marks(list(entries)).items():
        for mark in marks:
            found.setdefault(mark, set()).add(entry)
    return {mark: group for mark, group in found.items() if len(group) > 1}


def having(text: str) -> set[uuid.UUID]:
    """The entries that hold this identity number now, whoever may see them."""
    mark = mark_of(text)
    rows = PrivateValue.objects.filter(mark=mark) if mark else PrivateValue.objects.none()
    keys = list(rows.values_list("entry_id", flat=True).distinct())
    return {entry for entry, marks in _present_marks(keys).items() if mark in marks}


def _present_marks(entries: list[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """The marks of the newest values: what an entry held before does not count."""
    newest: dict[tuple[uuid.UUID, str], str] = {}
    for part in _slices(entries):
        rows = PrivateValue.objects.filter(entry_id__in=part).order_by("id")
        for entry, field, mark in rows.values_list("entry_id", "field", "mark"):
            newest[entry, field] = mark or ""
    found: dict[uuid.UUID, set[str]] = {}
    for (entry, _), mark in newest.items():
        if mark:
            found.setdefault(entry, set()).add(mark)
    return found


def mark_older(now: datetime) -> int:
    """Mark what was sealed without: by an import, or before there were marks. Returns how many."""
    rows = list(PrivateValue.objects.filter(mark__isnull=True).order_by("id")[:_MARKED_AT_ONCE])
    keys = _keys_of([row.entry_id for row in rows])
    for row in rows:
        key = keys.get(row.entry_id)
        bound = f"{row.entry_id.hex}/{row.field}"
        row.mark = mark_of(_open(key, bytes(row.sealed), bound).decode()) if key else ""
    PrivateValue.objects.bulk_update(rows, ["mark"], batch_size=_SLICE)
    return len(rows)


def clear(entry: uuid.UUID, fields: Iterable[str]) -> None:
    """Delete these values for good, with every earlier state of them."""
    PrivateValue.objects.filter(entry_id=entry, field__in=list(fields)).delete()


def seal_beside(entry: uuid.UUID, text: str, bound: str) -> bytes:
    """Text that is no value of the entry yet, under the entry's key: erasing it takes both."""
    return _seal(_key_of(entry), text.encode(), f"{entry.hex}//{bound}")


def open_beside(entry: uuid.UUID, sealed: bytes, bound: str) -> str | None:
    """What `seal_beside` sealed; None where the key was erased."""
    key = _existing_key(entry)
    return _open(key, sealed, f"{entry.hex}//{bound}").decode() if key else None


def texts_of(entry: uuid.UUID, digests: Mapping[str, str]) -> dict[str, str]:
    """The values that had these digests, without those that were cleared or erased since."""
    key = _existing_key(entry)
    if key is None:
        return {}
    rows = PrivateValue.objects.filter(entry_id=entry, digest__in=digests.values())
    return {
        row.field: _open(key, bytes(row.sealed), f"{entry.hex}/{row.field}").decode()
        for row in rows
        if digests.get(row.field) == row.digest
    }


def erase(entry: uuid.UUID) -> None:
    """Make the private values of an entry unreadable for good."""
    PrivateValue.objects.filter(entry_id=entry).update(mark="")
    EntryKey.objects.filter(entry_id=entry).delete()
