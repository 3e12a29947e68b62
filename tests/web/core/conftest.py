"""The people of the unit tests of posts, for their pages."""

from __future__ import annotations

from tests.unit.core.conftest import a, administrator, b, newcomer, post

__all__ = ["a", "administrator", "b", "newcomer", "post"]
