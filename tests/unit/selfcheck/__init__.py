"""Tests of unit/selfcheck."""

from __future__ import annotations
