"""Template tags of ledgers."""

from __future__ import annotations
