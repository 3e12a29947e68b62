"""Today and the list of matters over 50,000 open ones, eight people at once, beside a bare page.

python -m bench.bench_inbox                 measure, print, append to results/inbox.jsonl
python -m bench.bench_inbox --dry           measure and print only
python -m bench.bench_inbox --matters 5000  fewer

Eight people, each with a session of its own: five village clerks, an officer with a quarter of all
matters, an inspector, a leader. Each asks again a second after the answer, as somebody who reads;
a clerk saves a matter every five seconds, so that counts are counted anew.
The other side of the ratio is the page of help, from the same server in the same way.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from django.utils import timezone

from bench.machine import ROOT, tell
from bench.serving import free_port, serving, somebody_saving

MATTERS, SECONDS, THINKING = 50_000, 30.0, 1.0
PEOPLE = ("clerk1", "clerk2", "clerk3", "clerk4", "clerk5", "officer", "inspector", "leader")
PAGES = {"today": "/", "list": "/matters/", "help": "/help/"}
PACKAGES = ("django", "granian")
SEED = 20261130


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    parser.add_argument("--matters", type=int, default=MATTERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--data", help="an office that many_matters has made before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(options.data or folder)
        if not options.data:
            run(data, "tests.long.many_matters", "make", str(options.matters))
        run(data, "tests.long.many_matters", "sweep")
        port = free_port()
        web = [sys.executable, "-m", "qianxian", "web", "--port", str(port)]
        log = Path(folder) / "web.log"
        with (
            serving(web, port, "/sign-in/", log, environment(data)),
            somebody_saving(saver(data)),
        ):
            measured = measure(port, options.seconds)
    tell("inbox", {"matters": options.matters, **measured}, PACKAGES, is_dry=options.dry)


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "QIANXIAN_DATA": str(data), "QIANXIAN_DATABASE": ""}


def run(data: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(data), check=True)  # noqa: S603  our own


def saver(data: Path) -> Callable[[], object]:
    """What records a new hazard in the first village."""
    os.environ.update(environment(data))
    from tests.long.many_matters import start_django

    start_django()
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import Place, User
    from qianxian.ledgers.services import Row, save_entry

    clerk = User.objects.get(username="clerk1")
    village = Place.objects.filter(level=Place.Level.VILLAGE).earliest("code")

    def save() -> None:
        at = timezone.now()
        found = {"found_on": timezone.localdate(at).isoformat(), "kind": "消防", "level": "一般"}
        row = Row({**found, "description": f"灭火器失效{at:%H%M%S}"}, village)
        save_entry(ledger=catalogue().ledgers["hazard"], row=row, by=clerk, at=at)

    return save


class Visitor:
    """One person with a session."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def get(self, path: str) -> str:
        return self._ask("GET", path)

    def sign_in(self, name: str) -> None:
        from tests.long.many_matters import PASSWORD

        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/sign-in/"))
        given = {"login": name, "password": PASSWORD}
        form = {**given, "csrfmiddlewaretoken": token[1] if token else ""}
        self._ask("POST", "/sign-in/", urlencode(form))

    def _ask(self, method: str, path: str, body: str = "") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        if answer.status not in (200, 302):
            raise SystemExit(f"{method} {path} answered {answer.status}")
        return text


def measure(port: int, seconds: float) -> dict[str, object]:
    people = [Visitor(port) for _ in PEOPLE]
    for visitor, name in zip(people, PEOPLE, strict=True):
        visitor.sign_in(name)
    # The answer is checked before it is timed: an officer has thousands waiting.
    if "只列前" not in people[PEOPLE.index("officer")].get("/"):
        raise SystemExit("the inbox is not full")
    found: dict[str, object] = {}
    for name, path in PAGES.items():
        times = sorted(together(people, path, seconds))
        found[f"{name}_p95_ms"] = round(times[int(len(times) * 0.95)] * 1000)
        found[f"{name}_median_ms"] = round(statistics.median(times) * 1000)
        found[f"{name}_answers"] = len(times)
    return found


def together(people: list[Visitor], path: str, seconds: float) -> list[float]:
    """How long each answer took, while all of them ask."""
    times: list[float] = []
    until = time.perf_counter() + seconds

    def reader(visitor: Visitor, chance: random.Random) -> Callable[[], None]:
        def read() -> None:
            time.sleep(chance.random() * THINKING)
            while time.perf_counter() < until:
                start = time.perf_counter()
                visitor.get(path)
                times.append(time.perf_counter() - start)
                time.sleep(THINKING)

        return read

    threads = [
        threading.Thread(target=reader(visitor, random.Random(SEED + n)))  # noqa: S311  waits
        for n, visitor in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


if __name__ == "__main__":
    main()
