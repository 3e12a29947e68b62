"""Clients that save and kills that strike meanwhile, and what must hold after each of them."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.long.browsing import Client, NoAnswer, Page
from tests.long.make_office import PASSWORD

ROOT = Path(__file__).parents[2]
ANSWERS_WITHIN = 120.0


@dataclass(slots=True)
class Saved:
    """An entry that the server said it holds, and the values that it may hold by now.

    `maybe` are values that were sent and not answered: either they are there, or they are not.
    """

    key: str
    ledger: str
    value: str
    version: int = 1
    maybe: set[str] = field(default_factory=set)


class Clerk(threading.Thread):
    """Records, corrects and takes steps as fast as the server answers, until told to stop."""

    def __init__(self, number: int, base: str, seed: int) -> None:
        super().__init__(name=f"clerk{number}")
        self.number, self.client = number, Client(base)
        self.chance = random.Random(seed)  # noqa: S311
        self.saved: list[Saved] = []
        self.unknown: set[str] = set()
        self.acknowledged = self.unanswered = 0
        self.failed: BaseException | None = None
        self.stopping = threading.Event()
        self._households: list[str] = []

    def run(self) -> None:
        try:
            self._until_answered(lambda: self.client.sign_in(self.name, PASSWORD))
            while not self.stopping.is_set():
                self._act()
        except BaseException as error:  # noqa: BLE001  told by the main thread
            self.failed = error

    def _until_answered(self, what: Callable[[], object]) -> None:
        while not self.stopping.is_set():
            try:
                what()
            except NoAnswer:
                time.sleep(0.2)
            else:
                return

    def _act(self) -> None:
        act = self.chance.choice((self.record, self.record, self.correct, self.step))
        try:
            act()
        except NoAnswer:
            self.unanswered += 1
            time.sleep(0.1)

    def record(self) -> None:
        """A new entry of a cleanup. The page's token is the entry's id, so that it is known."""
        form = self.client.get("/ledgers/cleanup/new/").form("token")
        people = str(self.chance.randrange(1, 2000))
        given = {
            "place": f"430100100{200 + self.number}",
            **_on("held_on", "2026-10-11"),
            "kind": "大扫除",
            "people": people,
        }
        key = uuid.UUID(form["token"]).hex
        self.unknown.add(key)
        page = self.client.post("/ledgers/cleanup/new/", {**form, **given})
        self._acknowledge(page)
        self.unknown.discard(key)
        self.saved.append(Saved(key, "cleanup", people))

    def correct(self) -> None:
        mine = [each for each in self.saved if each.ledger == "cleanup"]
        if not mine:
            return
        saved = self.chance.choice(mine)
        path = f"/ledgers/cleanup/{uuid.UUID(saved.key)}/correct/"
        form = self.client.get(path).form("version")
        people = str(self.chance.randrange(1, 2000))
        if people == form["people"]:
            return
        saved.maybe.add(people)
        page = self.client.post(path, {**form, "people": people, "reason": "数错了"})
        self._acknowledge(page)
        saved.value, saved.version = people, int(form["version"]) + 1
        saved.maybe.clear()

    def step(self) -> None:
        """Open a matter for a household, or declare one that is open."""
        open_matters = [s for s in self.saved if s.ledger == "toilet_renovation" and not s.value]
        if open_matters and self.chance.random() < 0.6:
            self._declare(self.chance.choice(open_matters))
        else:
            self._open_matter()

    def _open_matter(self) -> None:
        household = self._next_household()
        if household is None:
            return
        path = f"/ledgers/toilet_renovation/new/?subject={household}"
        form = self.client.get(path).form("token")
        key = uuid.UUID(form["token"]).hex
        self.unknown.add(key)
        page = self.client.post(path, {**form, **_on("surveyed_on", "2026-09-01")})
        self._acknowledge(page)
        self.unknown.discard(key)
        self.saved.append(Saved(key, "toilet_renovation", ""))

    def _declare(self, saved: Saved) -> None:
        path = f"/matters/{uuid.UUID(saved.key)}/steps/declare/"
        saved.maybe.add("declared")
        page = self.client.get(path)
        if page.status != 200:  # an earlier one that was not answered was carried out
            saved.value = "declared"
            return
        form = page.form("declared_on")
        given = {"kind": "三格化粪池", **_on("declared_on", "2026-09-02")}
        self._acknowledge(self.client.post(path, {**form, **given}))
        saved.value, saved.version = "declared", saved.version + 1

    def _next_household(self) -> str | None:
        return self._households.pop() if self._households else None

    def give_households(self, keys: list[str]) -> None:
        self._households = keys

    def _acknowledge(self, page: Page) -> None:
        assert page.status == 200, f"{page.status} {page.address}\n{page.text[:3000]}"
        assert not page.address.endswith(("/new/", "/correct/")), page.address
        self.acknowledged += 1


def _on(name: str, day: str) -> dict[str, str]:
    """A date typed in the box, and not one of the buttons beside it."""
    return {name: day, f"{name}_near": ""}


@contextmanager
def running(data: Path, port: int, log: IO[bytes]) -> Any:
    """The product as `run` starts it; ended with everything below it, whatever happens."""
    command = [sys.executable, "-m", "qianxian", "run", "--no-demo", "--port", str(port)]
    product = subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=environment(data),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        yield product
    finally:
        product.terminate()
        try:
            product.wait(30)
        except subprocess.TimeoutExpired:
            product.kill()
            product.wait()


def environment(data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "QIANXIAN_DATA": str(data),
        "QIANXIAN_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "qianxian.settings",
    }


def run(
    env: Mapping[str, str], *arguments: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """A module of ours to its end, in the office that the environment names."""
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def children(pid: int) -> list[int]:
    """Processes that this one started, and those that they started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children(int(child))]
    return found


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ").decode()


def kill_some(product: int, chance: random.Random) -> str:
    """SIGKILL to the web, its server process, the worker, or all; says to whom."""
    parts: dict[str, list[int]] = {"web": [], "worker": []}
    for pid in children(product):
        for name, pids in parts.items():
            if f"qianxian {name} " in command_of(pid):
                pids.append(pid)
    targets = {
        "web": parts["web"],
        "server process": parts["web"][-1:],
        "worker": parts["worker"],
        "web and worker": parts["web"] + parts["worker"],
    }
    name = chance.choice(list(targets))
    for pid in targets[name]:
        os.kill(pid, signal.SIGKILL)
    return name


def wait_until_it_answers(base: str) -> None:
    until = time.monotonic() + ANSWERS_WITHIN
    while True:
        try:
            assert Client(base, timeout=10).get("/sign-in/").status == 200
        except NoAnswer:
            assert time.monotonic() < until, "the product does not answer any more"
            time.sleep(0.1)
        else:
            return


class Books:
    """The database as a reader sees it, at one moment."""

    def __init__(self, data: Path) -> None:
        with closing(sqlite3.connect(data / "qianxian.sqlite3", timeout=30)) as connection:
            connection.execute("BEGIN")
            rows = connection.execute("SELECT id, version, state, data FROM ledgers_entry")
            self.entries = {key: (version, state, text) for key, version, state, text in rows}
            self.commits = connection.execute(
                "SELECT c.number, c.digest, c.revisions_count,"
                " (SELECT count(*) FROM core_revision r WHERE r.commit_id = c.id)"
                " FROM core_commit c ORDER BY c.number"
            ).fetchall()
            revisions = connection.execute(
                "SELECT r.key, r.body FROM core_revision r JOIN core_commit c ON c.id = r.commit_id"
                " WHERE r.kind = 'entry' ORDER BY c.number, r.position"
            )
            self.revisions: dict[str, list[dict[str, Any]]] = {}
            for key, body in revisions:
                self.revisions.setdefault(key, []).append(json.loads(body))
            self.head = connection.execute("SELECT head_number FROM core_stream").fetchone()[0]

    def half_saved(self) -> list[str]:
        """Whatever is there in part only: a commit, an entry, or one without the other."""
        wrong = [f"commit {c[0]}" for c in self.commits if not c[1] or c[2] != c[3]]
        if [c[0] for c in self.commits] != list(range(1, self.head + 1)):
            wrong.append("numbers of commits")
        for key in self.entries.keys() | self.revisions.keys():
            version, state, text = self.entries.get(key, (0, "", "{}"))
            history = self.revisions.get(key, [{}])
            last = history[-1]
            same = (last.get("state", ""), last.get("data")) == (state, json.loads(text))
            if len(history) != version or not same:
                wrong.append(f"entry {key}: version {version}, {len(history)} revisions")
        return wrong

    def missing(self, saved: Saved) -> str:
        """What the server acknowledged of this entry and does not hold; empty where it does."""
        if saved.key not in self.entries:
            return f"{saved.ledger} {saved.key} is gone"
        version, state, text = self.entries[saved.key]
        data = json.loads(text)
        now = str(data["people"]) if saved.ledger == "cleanup" else state.replace("surveyed", "")
        if version < saved.version or now not in {saved.value, *saved.maybe}:
            return f"{saved.ledger} {saved.key}: {now}, version {version}; expected {saved}"
        return ""
