"""Eight clients that turn pages of a list, and what they measured. Used by bench_list."""

from __future__ import annotations

import http.client
import random
import re
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape

_NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass
class Side:
    """A server under load. `ask` draws the next address; `is_answer` says whether a page is one;
    `people` are who ask, each as the header `named_in` names them."""

    name: str
    port: int
    ask: Callable[[random.Random], str]
    is_answer: Callable[[str], bool]
    people: Sequence[str] = ("",)
    named_in: str = "Cookie"
    seconds: list[float] = field(default_factory=list)
    spent: float = 0.0

    def figures(self) -> dict[str, float | int]:
        taken = sorted(self.seconds)
        return {
            f"{self.name}_requests": len(taken),
            f"{self.name}_per_second": round(len(taken) / self.spent, 1),
            f"{self.name}_p50_ms": round(statistics.median(taken) * 1000, 1),
            f"{self.name}_p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1),
            f"{self.name}_worst_ms": round(taken[-1] * 1000, 1),
        }


def fetch(
    connection: http.client.HTTPConnection, path: str, who: str, named_in: str = "Cookie"
) -> str:
    connection.request("GET", path, headers={named_in: who} if who else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {body[:300]}")
    return body


def press(side: Side, *, clients: int, seconds: float, seed: int, counted: bool = True) -> None:
    """Let the clients ask for pages one after the other, without pauses."""
    taken: list[list[float]] = [[] for _ in range(clients)]
    wrong: list[str] = []
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - the same pages each time
        who = side.people[number % len(side.people)]
        connection = http.client.HTTPConnection("127.0.0.1", side.port, timeout=60)
        while (start := time.perf_counter()) < end:
            path = side.ask(chance)
            try:
                body = fetch(connection, path, who, side.named_in)
            except SystemExit as refused:  # in a thread it would end the thread and no more
                wrong.append(str(refused))
                return
            taken[number].append(time.perf_counter() - start)
            if not side.is_answer(body):
                wrong.append(path)
                return

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"{side.name} gave no list for {wrong[:3]}")
    if counted:
        side.spent += time.perf_counter() - start
        side.seconds += [each for own in taken for each in own]


def next_page(body: str) -> str:
    """The address behind the page's 下一页; "" on the last."""
    found = _NEXT.search(body)
    return unescape(found[1]) if found else ""
