"""Tests on PostgreSQL: the services once more, and what only it can show (folder `only`)."""

from __future__ import annotations
