"""Registers that live for years: entries that end and begin again, move, part, join, and turn out
to be one and the same."""

from __future__ import annotations
