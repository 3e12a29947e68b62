"""Tests of unit/cli."""

from __future__ import annotations
