"""Ledgers: entries, their revisions, attestation."""

from __future__ import annotations
