"""Private values by preset: what may be seen of them without a reason.

A number keeps what tells two of them apart (前六后四, 前三后四, 后四位); words are covered whole.
"""

from __future__ import annotations

from qianxian_packs import Field

COVERED = "已遮住"
# Type → how many characters stay at the front and at the back.
_KEPT = {"id_card": (6, 4), "phone": (3, 4), "bank_card": (0, 4), "credit_code": (4, 4)}


def mask(field: Field, text: str) -> str:
    """The value with its middle starred; short or worded ones are covered whole."""
    front, back = _KEPT.get(field.type, (0, 0))
    hidden = len(text) - front - back
    # Less than four stars would leave a value that can be guessed.
    if not front + back or hidden < 4:
        return COVERED
    return f"{text[:front]}{'*' * hidden}{text[-back:]}"
