"""Pages of ledgers, a module a subject: lists, entries, attestation, search."""

from __future__ import annotations
