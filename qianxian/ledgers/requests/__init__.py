"""Corrections that wait for a second pair of eyes, and those that somebody outside asked for."""

from __future__ import annotations
