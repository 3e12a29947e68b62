"""The Django product: what a township office works with."""

from __future__ import annotations
