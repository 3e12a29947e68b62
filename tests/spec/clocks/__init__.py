"""Tests of spec/clocks."""

from __future__ import annotations
