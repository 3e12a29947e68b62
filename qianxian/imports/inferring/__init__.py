"""Ledgers of the site: inferred from a workbook, put right by a person, defined, changed, ended."""

from __future__ import annotations
