"""Tests of web/reports."""

from __future__ import annotations
