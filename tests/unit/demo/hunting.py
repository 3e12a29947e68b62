"""Making the demo in a folder of its own and hunting through it, each in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
_LONGEST = 3 * 3600


def hunted(folder: Path, *, size: str, pages: int) -> dict[str, Any]:
    """What `hunt` tells of a demo of this size."""
    data = folder / "data"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("QIANXIAN_", "DJANGO_"))}
    environment = {**inherited, "QIANXIAN_DATA": str(data)}
    _run(["-m", "qianxian", "demo", "--size", size], environment)
    told = _run(["-m", "tests.unit.demo.hunt", str(data), str(pages)], environment)
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-3000:])
    return done.stdout
