"""Tests of unit/ledgers."""

from __future__ import annotations
