"""Indicators: computed and reported figures, targets, the lake."""

from __future__ import annotations
