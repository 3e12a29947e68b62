"""The API: other programs read and record with a token that a person made for them."""

from __future__ import annotations
