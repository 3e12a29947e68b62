"""Reading: sentences, repairs, structure, findings."""

from __future__ import annotations
