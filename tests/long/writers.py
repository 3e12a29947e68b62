"""Many people correct the same rows at once, each from what they last saw.

python -m tests.long.writers SECONDS      in the database that the environment names; tells figures as JSON

Every save adds one to the number that the writer saw. If no save overwrote another, each entry holds
its first number plus as many as were acknowledged for it.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import uuid
from collections import Counter
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

    saved: Counter[uuid.UUID] = field(default_factory=Counter)
    clashes: int = 0
    unexplained: int = 0
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """Reads some rows, thinks, saves them in one go, and looks at whatever comes back as a clash."""

    def __init__(self, user: User, keys: list[uuid.UUID], seed: int, until: float) -> None:
        super().__init__(name=user.username)
        self.user, self.keys, self.until = user, keys, until
        self.chance = random.Random(seed)  # noqa: S311
        self.tally = Tally()

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
        seen = {e.pk: (e.version, e.data["people"]) for e in Entry.objects.filter(pk__in=wanted)}
        time.sleep(self.chance.random() / 10)
        # What clashed is looked at and saved upon what stands there now, as a person would.
        while seen and time.monotonic() < self.until + _CALM:
            seen = self._save(seen)

    def _save(self, seen: dict[uuid.UUID, tuple[int, int]]) -> dict[uuid.UUID, tuple[int, int]]:
        from django.utils import timezone

        from qianxian.core.definitions import catalogue
        from qianxian.ledgers.grid.reading import Typed
        from qianxian.ledgers.grid.services import save_rows

        rows = [Typed(key, version, {"people": str(n + 1)}) for key, (version, n) in seen.items()]
        start = time.monotonic()
        found = save_rows(
            ledger=catalogue().ledgers["cleanup"],
            rows=rows,
            by=self.user,
            at=timezone.now(),
            reason="又数了一遍",
        )
        self.tally.waits.append(time.monotonic() - start)
        self.tally.saved.update(found.saved)
        self.tally.errors += [str(fault) for fault in found.faults.values()]
        for clash in found.clashes.values():
            self.tally.clashes += 1
            told = clash.cells.get("people")
            self.tally.unexplained += not (clash.who and clash.when and told and told.was)
        return {key: (c.version, int(c.texts["people"])) for key, c in found.clashes.items()}


def main(seconds: float) -> dict[str, Any]:
    from tests.long.make_office import make

    make()
    from qianxian.core.models import Place
    from qianxian.ledgers.models import Entry

    place = Place.objects.get(name="清水村")
    keys = _entries(place)
    until = time.monotonic() + seconds
    writers = [Writer(_writer(n, place), keys, n, until) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    tallies = [writer.tally for writer in writers]
    acknowledged = sum((tally.saved for tally in tallies), Counter[uuid.UUID]())
    now = {entry.pk: entry for entry in Entry.objects.filter(pk__in=keys)}
    lost = [k.hex for k in keys if now[k].data["people"] != 1 + acknowledged[k]]
    odd = [k.hex for k in keys if now[k].version != 1 + acknowledged[k]]
    waits = sorted(wait for tally in tallies for wait in tally.waits)
    return {
        "saves": sum(acknowledged.values()),
        "clashes": sum(tally.clashes for tally in tallies),
        "unexplained": sum(tally.unexplained for tally in tallies),
        "lost": lost,
        "odd_versions": odd,
        "errors": [error for tally in tallies for error in tally.errors],
        "median_wait": round(waits[len(waits) // 2], 3),
        "longest_wait": round(waits[-1], 3),
    }


def _entries(place: Place) -> list[uuid.UUID]:
    from django.utils import timezone

    from qianxian.core.definitions import catalogue
    from qianxian.core.models import User
    from qianxian.ledgers.services import Row, save_entries

    values = {"held_on": "2026-10-11", "kind": "大扫除", "people": "1"}
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
