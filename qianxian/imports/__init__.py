"""Excel import and village workbooks: rows that come in by file."""

from __future__ import annotations
