"""Tests of web/api."""

from __future__ import annotations
