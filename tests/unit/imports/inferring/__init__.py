"""Ledgers of the site: from a workbook to a definition, and what becomes of it."""

from __future__ import annotations
