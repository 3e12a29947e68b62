"""The operations, one subject a module; and the pages of tokens."""

from __future__ import annotations
