"""Pages under /people/, one subject a module."""

from __future__ import annotations
