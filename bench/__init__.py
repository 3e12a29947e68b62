"""Measurements of speed, run by hand; see README.md. Nothing imports from here."""

from __future__ import annotations
