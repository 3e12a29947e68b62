"""The cache that all web processes share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qianxian.core.shared_cache import SharedCache


def test_processes_count_together(tmp_path: Path) -> None:
    processes = [SharedCache(str(tmp_path), {}) for _ in range(4)]

    def call(number: int) -> int:
        one = processes[number % 4]
        one.add("calls", 0, 60)
        return one.incr("calls")

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(call, range(80)))

    assert sorted(told) == list(range(1, 81))
