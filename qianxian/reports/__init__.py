"""Reports: reading old ones, drafting, publishing."""

from __future__ import annotations
