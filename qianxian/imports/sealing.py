"""What an import keeps of private values: sealed with a key that only this site has, for a while."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from qianxian.core.digests import canonical
from qianxian.core.errors import UserError

# A file is wanted for its bad rows, and to look again at what was in it; then it goes, or an
# erased key of an entry would leave its values there.
KEPT_FOR = timedelta(days=30)
_NONCE = 12


@cache
def _key(purpose: bytes, site_key: str) -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"qianxian imports " + purpose)
    return derived.derive(site_key.encode())


def seal(data: bytes, bound: str) -> bytes:
    """`bound` is what it belongs to: sealed bytes that were moved elsewhere do not open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(b"files", settings.SITE_KEY)).encrypt(nonce, data, bound.encode())


def unseal(sealed: bytes, bound: str) -> bytes:
    """Raises UserError where the bytes were changed or sealed with another site's key."""
    key = AESGCM(_key(b"files", settings.SITE_KEY))
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound.encode())
    except InvalidTag as error:
        raise UserError(
            "存着的原文件打不开了：和存进来时不一样，或者密钥换过。请再传一次。"
        ) from error


@lru_cache(4_096)
def _content_start(place: str, subject: str | None) -> str:
    """Place and subject as JSON. Where rows have no subject, thousands begin alike."""
    return canonical([place, subject])[:-1]


def content_of(place: str, subject: str | None, data: str, private: Mapping[str, str]) -> str:
    """The digest of all that a row says; `data` is the canonical form of its open values.

    Keyed: telephone numbers could be guessed from another.
    """
    text = f"{_content_start(place, subject)},{data},{canonical(private) if private else '{}'}]"
    key = _key(b"contents", settings.SITE_KEY)
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()
