"""Tests of web/matters."""

from __future__ import annotations
