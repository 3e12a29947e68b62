"""Pages of the site's own ledgers."""

from __future__ import annotations
