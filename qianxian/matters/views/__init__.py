"""Pages of matters, by what they are for."""

from __future__ import annotations
