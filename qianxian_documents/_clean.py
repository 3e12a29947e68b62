"""What XML can hold: any text comes out writable, and no character disappears unseen."""

from __future__ import annotations

import re

_BREAKS = re.compile(r"\r\n?|[\v\x85\u2028\u2029]")
# XML 1.0 refuses these. C1 controls are allowed by it and kept.
_REFUSED = re.compile("[\x00-\x08\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Make line ends one kind, and put U+FFFD for each character that XML refuses.

    Replaced and not dropped, so that the reader of the document sees that something was there,
    and offsets of what follows stay.
    """
    return _REFUSED.sub(REPLACEMENT, _BREAKS.sub("\n", text))
