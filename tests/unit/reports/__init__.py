"""Tests of unit/reports."""

from __future__ import annotations
