"""Pages of reports, one module for each kind."""

from __future__ import annotations
