"""The read gate: who sees what, and which error says so."""

from __future__ import annotations

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from tests.conftest import TODAY


def test_a_clerk_reaches_the_whole_township_and_nothing_above(
    clerk: User, township: Place, village: Place, county: Place
) -> None:
    found = [
        gate.can(clerk, Permission.ENTRY_EDIT, line="environment", place=place, on=TODAY)
        for place in (village, township, county)
    ]

    assert found == [True, True, False]
