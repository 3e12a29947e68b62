"""Village workbooks: out by chat or USB, back, matched, compared, confirmed."""

from __future__ import annotations
