"""On the path of a test server: its day is the real one moved by what a file says.

Python imports this by itself when the folder is on PYTHONPATH. The product asks one function what
time it is, so moving that one moves web and worker alike, while they run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path


def _move(real: Callable[[], datetime], file: Path) -> Callable[[], datetime]:
    def moved() -> datetime:
        return real() + timedelta(days=int(file.read_text(encoding="ascii") or 0))

    return moved


if "TEST_CLOCK" in os.environ:
    from django.utils import timezone

    timezone.now = _move(timezone.now, Path(os.environ["TEST_CLOCK"]))
