"""Many people correct the same rows at once, each from what they last saw.

python -m tests.long.writers SECONDS      in the database that the environment names; tells JSON

Every save writes words that nobody else writes. If no save overwrote another, each one that was
acknowledged stands in the history of its entry right after the version that its writer had seen.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qianxian.core.models import Place, User

WRITERS = 30
ENTRIES = 100
# A clerk corrects a few rows of a page at a time.
ROWS = 3
_CALM = 30.0


@dataclass
class Tally:
    """What one writer was told."""

    saved: list[tuple[uuid.UUID, int, str]] = field(default_factory=list)
    clashes: int = 0
    busy: int = 0
    unexplained: int = 0
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """Reads some rows, thinks, saves them in one go, and looks at what comes back as a clash."""

    def __init__(self, user: User, keys: list[uuid.UUID], seed: int, until: float) -> None:
        super().__init__(name=user.name)
        self.user, self.keys, self.until = user, keys, until
        self.chance = random.Random(seed)  # noqa: S311
        self.tally, self.number = Tally(), 0

    def run(self) -> None:
        from django.db import connections

        try:
            while time.monotonic() < self.until:
                self._act()
        except Exception as error:  # noqa: BLE001  told by the main thread
            self.tally.errors.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    def _act(self) -> None:
        from qianxian.ledgers.models import Entry

        wanted = self.chance.sample(self.keys, ROWS)
        seen = dict(Entry.objects.filter(pk__in=wanted).values_list("pk", "version"))
        time.sleep(self.chance.random() / 10)
        # What clashed is looked at and saved upon what stands there now, as a person would.
        while seen and time.monotonic() < self.until + _CALM:
            seen = self._save(seen)

    def _save(self, seen: dict[uuid.UUID, int]) -> dict[uuid.UUID, int]:
        from django.db import OperationalError
        from django.utils import timezone

        from qianxian.core.definitions import catalogue
        from qianxian.ledgers.grid.reading import Typed
        from qianxian.ledgers.grid.services import save_rows

        self.number += 1
        words = f"{self.name}第{self.number}遍"
        start = time.monotonic()
        try:
            found = save_rows(
                ledger=catalogue().ledgers["cleanup"],
                rows=[Typed(key, version, {"note": words}) for key, version in seen.items()],
                by=self.user,
                at=timezone.now(),
                reason="又看了一遍",
            )
        except OperationalError:
            # Told that it was not saved: the writer tries the same again.
            self.tally.busy += 1
            return seen
        self.tally.waits.append(time.monotonic() - start)
        self.tally.saved += [(key, seen[key], words) for key in found.saved]
        self.tally.errors += [str(fault) for fault in found.faults.values()]
        for clash in found.clashes.values():
            self.tally.clashes += 1
            told = clash.cells.get("note")
            self.tally.unexplained += not (clash.who and clash.when and told and told.now)
        return {key: clash.version for key, clash in found.clashes.items()}


def main(seconds: float) -> dict[str, Any]:
    from tests.long.make_office import make

    make()
    from qianxian.core.models import Place

    place = Place.objects.get(name="清水村")
    keys = _entries(place)
    until = time.monotonic() + seconds
    writers = [Writer(_writer(n, place), keys, n, until) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    tallies = [writer.tally for writer in writers]
    saved = [each for tally in tallies for each in tally.saved]
    lost, versions = _lost(keys, saved)
    waits = sorted(wait for tally in tallies for wait in tally.waits) or [0.0]
    return {
        "saves": len(saved),
        "clashes": sum(tally.clashes for tally in tallies),
        "unexplained": sum(tally.unexplained for tally in tallies),
        "lost": lost,
        # Nothing was saved that nobody was told of.
        "untold": versions - len(keys) - len(saved),
        "busy": sum(tally.busy for tally in tallies),
        "errors": [error for tally in tallies for error in tally.errors],
        "median_wait": round(waits[len(waits) // 2], 3),
        "longest_wait": round(waits[-1], 3),
    }


def _lost(keys: list[uuid.UUID], saved: list[tuple[uuid.UUID, int, str]]) -> tuple[list[str], int]:
    """Acknowledged saves that are missing in the history where they were made; how many versions."""
    from qianxian.core.models import Revision

    rows = Revision.objects.filter(kind="entry", key__in=[key.hex for key in keys])
    history = {}
    for key, text in rows.values_list("key", "body"):
        body = json.loads(text)
        history[uuid.UUID(key), body.get("version", 1)] = body["data"].get("note")
    gone = [f"{k.hex} {n} {words}" for k, n, words in saved if history.get((k, n + 1)) != words]
    return gone, len(history)


def _entries(place: Place) -> list[uuid.UUID]:
    from django.utils import timezone

    from qianxian.core.definitions import catalogue
    from qianxian.core.models import User
    from qianxian.ledgers.services import Row, save_entries

    values = {"held_on": "2026-10-11", "kind": "大扫除"}
    return save_entries(
        ledger=catalogue().ledgers["cleanup"],
        rows=[Row(values, place) for _ in range(ENTRIES)],
        by=User.objects.get(username="clerk1"),
        at=timezone.now(),
    )


def _writer(number: int, place: Place) -> User:
    from qianxian.core.models import Grant, User

    user = User.objects.create_user(username=f"writer{number}", name=f"{number}号")
    Grant.objects.create(role="village_clerk", place=place, user=user)
    return user


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(main(float(sys.argv[1]))))
