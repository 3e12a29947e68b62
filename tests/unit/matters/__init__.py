"""Tests of unit/matters."""

from __future__ import annotations
