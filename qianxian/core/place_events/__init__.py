"""Places are renamed, merged, split and given to another village: dated events, taken back whole."""

from __future__ import annotations
