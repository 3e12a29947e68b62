"""Two people take a step of one matter at the same moment, again and again.

python -m tests.long.two_press 10000      in the empty database that the environment names
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.long.many_matters import NOON, make, start_django

# Seconds until a thread that lost its partner gives up.
_PATIENT = 120


def press_many(runs: int) -> dict[str, Any]:
    """Of each pair one wins and the other is told who it was; the step stands once."""
    from django.db import connection

    from qianxian.core.models import Holding, Post, User
    from qianxian.ledgers.models import Entry

    keys = list(Entry.objects.filter(state="found").order_by("pk").values_list("pk", flat=True))
    keys = keys[:runs]
    post = Post.objects.get(pk="post-officer")
    second = User.objects.create_user(username="second", name="第二人", password="x")
    Holding.objects.create(post=post, user=second, rank="B", valid_from="2026-01-01")
    people = (User.objects.get(username="officer"), second)
    connection.close()
    together = threading.Barrier(2)

    def work(own: int) -> list[str]:
        try:
            return [_press(key, people[own], post, together) for key in keys]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, other = pool.map(work, (0, 1))
    return _told(keys, first, other)


def _press(key: Any, by: Any, post: Any, together: threading.Barrier) -> str:
    from qianxian.core.errors import UserError
    from qianxian.ledgers.models import Entry
    from qianxian.matters.services import take_step

    entry = Entry.objects.get(pk=key)
    together.wait(_PATIENT)
    try:
        take_step(
            entry=entry,
            step_id="order",
            by=by,
            post=post,
            at=NOON,
            version=entry.version,
            values={"order_number": "1", "ordered_on": "2026-11-18", "fix_by": "2026-12-01"},
        )
        says = ""
    except UserError as error:
        says = str(error)
    # Both have read before either goes on to the next.
    together.wait(_PATIENT)
    return says


def _told(keys: list[Any], first: list[str], other: list[str]) -> dict[str, Any]:
    from qianxian.ledgers.models import Entry
    from qianxian.matters.acts import acts_of

    pairs = list(zip(first, other, strict=True))
    twice = sum(
        sum(act.step == "order" for act in acts_of(Entry.objects.get(pk=key))) != 1 for key in keys
    )
    losers = [a or b for a, b in pairs]
    return {
        "runs": len(pairs),
        "one_won": sum(bool(a) != bool(b) for a, b in pairs),
        "first_won": sum(not a for a, _ in pairs),
        "was_told_who": sum("已经办了“责令限期整改”" in says for says in losers),
        "not_once": twice,
        "odd": sorted({says for says in losers if "已经办了" not in says})[:3],
    }


if __name__ == "__main__":
    start_django()
    wanted = int(sys.argv[1])
    # A quarter of what is made stands in the first state.
    make(wanted * 9 // 2 + 20)
    sys.stdout.write(json.dumps(press_many(wanted), ensure_ascii=False) + "\n")
