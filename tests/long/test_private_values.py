"""No private value of the usual demo stands anywhere in clear: every list, every page of an entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.demo.hunting import hunted


@pytest.mark.long
def test_no_private_value_of_the_demo_is_anywhere_in_clear(tmp_path: Path) -> None:
    told = hunted(tmp_path, size="normal", pages=0)

    assert told["found"] == []
    assert told["values"] > 2_500
    assert told["places"]["page"] > 4_000
