"""Tests of web/ledgers."""

from __future__ import annotations
