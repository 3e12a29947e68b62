"""The machine and the clocks can be used without Django."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["clocks", "clock_words", "flows", "workdays"])
def test_it_loads_without_django(module: str) -> None:
    asked = f"import sys, qianxian.matters.{module}; sys.exit('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], timeout=60, check=False)  # noqa: S603

    assert done.returncode == 0
