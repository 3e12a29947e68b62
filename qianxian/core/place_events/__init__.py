"""Places are renamed, merged, split and given to another village, on a day; taken back whole."""

from __future__ import annotations
