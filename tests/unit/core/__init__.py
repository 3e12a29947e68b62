"""Tests of unit/core."""

from __future__ import annotations
