"""记一笔: a sentence becomes proposals; the person confirms; the usual services save."""

from __future__ import annotations
