"""A township with many open matters, for measuring and for kills.

python -m tests.long.many_matters make 50000      fill the empty database that the environment names
python -m tests.long.many_matters sweep [100]     let rise what has its day; how many, how long
python -m tests.long.many_matters risen           how many rose, and how many rose twice
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qianxian.core.models import Office, Place
    from qianxian.ledgers.states import EntryState

VILLAGES = 20
SEED = 20261130
PASSWORD = "qingshui-2026"  # noqa: S105  of an office that lives for one run
# The day of the run; a fifth of the matters is over its time then.
TODAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
BATCH = 2_000
# What a sweep says before it does anything, to whoever waits to kill it.
BEGINS = "begins"
# Duty of the town's posts → who holds it.
TOWN = {
    "safety_officer": "officer",
    "safety_inspector": "inspector",
    "line_head": "head",
    "leader": "leader",
}
KINDS = ("综合", "消防", "燃气", "道路交通", "自建房")
WORDS = ("电线裸露", "灭火器失效", "疏散通道堵塞", "护栏松动", "气瓶间无报警", "路面塌陷")


def make(count: int) -> None:
    """Twenty villages with a clerk each, an office of the town, and so many open hazards."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from qianxian.core.models import Office
    from qianxian.core.places import open_place

    county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
    town = open_place(code="430100100000", name="青禾镇", level="township", parent=county)
    office = Office.objects.create(name="应急办", place=town)
    villages = [
        open_place(code=f"430100100{200 + n}", name=f"{n}号村", level="village", parent=town)
        for n in range(1, VILLAGES + 1)
    ]
    for n, village in enumerate(villages, 1):
        _add_post(f"clerk{n}", "village_clerk", village, office, "village_clerk")
    for duty, name in TOWN.items():
        role = "leader" if duty == "leader" else "office_clerk"
        _add_post(name, duty, town, office, role)
    _add_matters(count, town, villages)


def _add_post(name: str, duty: str, place: Place, office: Office, role: str) -> None:
    from qianxian.core.models import Grant, Holding, Post, User

    user = User.objects.create_user(username=name, name=name, password=PASSWORD)
    post = Post.objects.create(
        code=f"post-{name}", name=name, duty=duty, office=office, place=place
    )
    Holding.objects.create(post=post, user=user, valid_from=date(2026, 1, 1))
    Grant.objects.create(role=role, place=place, post=post)


def _add_matters(count: int, town: Place, villages: list[Place]) -> None:
    from qianxian.core.commits import Actor
    from qianxian.ledgers.states import make_ready
    from qianxian.ledgers.store import store

    chance = random.Random(SEED)  # noqa: S311  invented data
    for start in range(0, count, BATCH):
        states = [_state(chance, villages) for _ in range(min(BATCH, count - start))]
        at = NOON - timedelta(days=60)
        ready = make_ready(states, at)
        store(states=states, township=town, by=Actor("make", "造数"), at=at, ready=ready)


def _state(chance: random.Random, villages: list[Place]) -> EntryState:
    from qianxian.ledgers.states import EntryState
    from qianxian.ledgers.values import initials_of

    n = chance.randrange(len(villages))
    kind = chance.choice(KINDS)
    description = f"{chance.choice(WORDS)}{chance.randrange(10_000)}"
    state = chance.choice(("found", "ordered", "ordered", "fixed"))
    posts = {"found": "post-officer", "ordered": f"post-clerk{n + 1}", "fixed": "post-inspector"}
    due = TODAY + timedelta(days=chance.randrange(-15, 60))
    title = f"{kind} {description}"
    data: dict[str, Any] = {
        "found_on": "2026-09-19",
        "kind": kind,
        "level": "重大" if chance.random() < 0.02 else "一般",
        "description": description,
    }
    return EntryState(
        id=uuid.UUID(int=chance.getrandbits(128), version=4),
        ledger="hazard",
        place=villages[n].pk,
        data=data,
        on=date(2026, 9, 19),
        state=state,
        post=posts[state],
        due_on=due,
        title=title,
        initials=initials_of(title),
    )


def sweep(batch: str = "") -> None:
    from qianxian.matters.sweeping import BATCH as AS_THE_NIGHT_DOES
    from qianxian.matters.sweeping import sweep as let_rise

    sys.stdout.write(f"{BEGINS}\n")
    sys.stdout.flush()
    start, work = time.perf_counter(), time.process_time()
    risen = let_rise(NOON, int(batch or AS_THE_NIGHT_DOES))
    taken, worked = time.perf_counter() - start, time.process_time() - work
    tell({"risen": risen, "seconds": round(taken, 1), "cpu_seconds": round(worked, 1)})


def risen() -> None:
    """Counted in the history: the same rule twice in one episode would stand there twice."""
    from collections import Counter

    from qianxian.core.models import Revision
    from qianxian.ledgers.models import Entry

    told: Counter[tuple[str, str]] = Counter()
    bodies = Revision.objects.filter(body__contains='"rise":').values_list("key", "body")
    for key, body in bodies.iterator():
        for rise in json.loads(body)["act"]["rise"]:
            told[key, rise["rule"]] += 1
    tell(
        {
            "rises": sum(told.values()),
            "twice": sum(n > 1 for n in told.values()),
            "entries": Entry.objects.exclude(risen="").count(),
            "wanted": _wanted(),
        }
    )


def _wanted() -> int:
    """How many rises the rules ask for, counted plainly from what was made."""
    from qianxian.ledgers.models import Entry

    found = 0
    rows = Entry.objects.filter(ledger="hazard", due_on__isnull=False)
    for level, due in rows.values_list("data__level", "due_on"):
        over = (TODAY - (due or TODAY)).days
        # Major ones at once; a day over to the head of the line; eight days over to the leader.
        found += (level == "重大") + (over >= 1) + (over >= 8)
    return found


def tell(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianxian.settings")
    import django

    django.setup()


if __name__ == "__main__":
    start_django()
    what, *more = sys.argv[1:]
    if what == "make":
        make(int(more[0]))
    else:
        {"sweep": sweep, "risen": risen}[what](*more)
