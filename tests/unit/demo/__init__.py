"""Tests of unit/demo."""

from __future__ import annotations
