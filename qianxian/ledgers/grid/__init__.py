"""表格录入: many rows of a ledger typed, pasted and corrected on one page, saved as one commit."""

from __future__ import annotations
