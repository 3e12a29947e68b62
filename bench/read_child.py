"""One reading in a process of its own, for its processor time and its memory: `python -m bench.read_child FILE`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from qianxian_reader import read


def _peak_mb() -> float:
    """Of this program alone where Linux tells it: what getrusage says includes the one before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    path = Path(sys.argv[1])
    data = path.read_bytes()
    start = time.process_time()
    found = read(data, path.name)
    told = {
        "seconds": time.process_time() - start,
        "peak_mb": _peak_mb(),
        "figures": len(found.figures),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
