"""What every bench says of the machine, how it takes a median, where it keeps its results, and
how it comes by a peer that is no dependency of the product."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def median_seconds(work: Callable[[], object], times: int) -> float:
    """The median of `times` runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def machine(packages: Sequence[str]) -> dict[str, object]:
    """Processor, cores, system, Python, the versions of `packages`, and the commit measured."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in packages},
        "commit": _commit(),
    }


def tell(name: str, result: Mapping[str, object], packages: Sequence[str], *, is_dry: bool) -> None:
    """Print a result with the machine that it was measured on; unless dry, keep it as well."""
    whole = {**machine(packages), **result}
    for key, value in whole.items():
        say(f"{key:32} {value}")
    if not is_dry:
        say(f"appended to {keep(name, whole).relative_to(ROOT)}")


def keep(name: str, result: Mapping[str, object]) -> Path:
    """Append a result with its date as one line to results/<name>.jsonl."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.jsonl"
    dated = {"date": datetime.now(UTC).isoformat(timespec="seconds"), **result}
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(dated, ensure_ascii=False, sort_keys=False) + "\n")
    return path


def python_with(packages: Sequence[str], folder: Path, variable: str) -> str:
    """A python that has the peers: the one that the variable names, else one made in `folder`."""
    if named := os.environ.get(variable):
        return named
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
        install = [str(python), "-m", "pip", "install", "-q", *packages]
        subprocess.run(install, check=True, stdout=sys.stderr)  # noqa: S603 - of the bench's own
    return str(python)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> int | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    """The commit, with a + where files that it tracks have been changed since."""
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def told(*words: str) -> str:
        command = [git or "git", *words]
        done = subprocess.run(  # noqa: S603 - git itself, with words from this file
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout.strip()

    changed = told("status", "--porcelain", "--untracked-files=no")
    return (told("rev-parse", "--short", "HEAD") or "unknown") + ("+" if changed else "")
