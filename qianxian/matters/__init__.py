"""Matters: flows, clocks, evidence, inbox."""

from __future__ import annotations
