"""Tests of postgres."""

from __future__ import annotations
