"""The whole loop without a browser, on a throw-away database: read, plan, record, count, write."""

from __future__ import annotations

from qianxian.selfcheck._command import command

__all__ = ["command"]
