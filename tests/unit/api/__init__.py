"""Tests of unit/api."""

from __future__ import annotations
