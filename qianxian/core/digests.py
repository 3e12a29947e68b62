"""How a commit is hashed: canonical JSON, a Merkle tree over its revisions, a chain of headers.

SHA-256 throughout. Leaves and inner nodes start with different bytes, so that no inner node can
be passed off as a leaf (RFC 6962, section 2.1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

_LEAF, _NODE = b"\x00", b"\x01"
# Made once: json.dumps makes an encoder at each call that says how.
# A body is made of what was read or parsed, never of itself: nothing looks for circles in it.
_encode = json.JSONEncoder(
    check_circular=False, ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(body: Mapping[str, Any] | Sequence[Any]) -> str:
    """The one text form of a body: sorted keys, no spaces, no escapes for Chinese."""
    return _encode(body)


def leaf(kind: str, key: str, body: str) -> bytes:
    """Digest of one revision, 32 bytes."""
    return hashlib.sha256(_LEAF + f"{kind}\x1f{key}\x1f{body}".encode()).digest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """Root over the leaves in order, hex. An odd one out is carried up unchanged."""
    level = list(leaves) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        paired = [
            hashlib.sha256(_NODE + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0].hex()


def header(fields: Mapping[str, Any]) -> str:
    """Digest of a commit's own columns, hex."""
    return hashlib.sha256(canonical(fields).encode()).hexdigest()
