"""Tests of long."""

from __future__ import annotations
