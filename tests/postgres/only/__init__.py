"""Tests that only PostgreSQL can run: two transactions that write at the same time."""

from __future__ import annotations
