"""The office of the unit tests of matters, for pages that take steps."""

from __future__ import annotations

from tests.unit.matters.conftest import make_matter, office

__all__ = ["make_matter", "office"]
