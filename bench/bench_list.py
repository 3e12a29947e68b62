"""A list page of 200,000 rows under eight clients, beside Datasette's page of the same rows.

python -m bench.bench_list                 measure, print, append to results/list.jsonl
python -m bench.bench_list --dry           measure and print only
python -m bench.bench_list --explain       how the database answers each kind of page

Our side is `python -m qianxian web` as it runs in production: signed in, through the gate, with a
clerk who saves an entry every five seconds, so that counts are counted anew. Datasette serves one
plain table with indexes on the columns that are filtered and sorted by; it knows no people, no
gate and no history, and is spared its facets. Directus, where QIANXIAN_DIRECTUS names one, gives
the same rows and their count as JSON to its administrator. The sides take turns, so that whatever
else the machine does hits each. Datasette is no dependency of the product: it is installed into a
virtual environment of the bench's own (or named by QIANXIAN_DATASETTE, a python that has it).
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench import directus
from bench.bench_import import AT, COLUMNS, rows_of, start
from bench.list_load import Side, fetch, next_page, press
from bench.machine import python_with, say, tell
from bench.serving import free_port, serving, somebody_saving

ROWS, CLIENTS, ROUNDS, SECONDS, WARM = 200_000, 8, 5, 12.0, 4.0
SEED, CHUNK = 20261118, 20_000
PACKAGES = ("django", "granian", "datasette")
FIELDS = (
    "number",
    "name",
    "",
    "kind",
    "built_on",
    "checked_on",
    "length",
    "cost",
    "uses",
    "is_used",
)
KINDS = ("沟渠", "道路", "路灯", "垃圾屋")
_LIST = "/ledgers/facility/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        office = start(folder)
        rows = rows_of(options.rows)
        fill(office, rows)
        if options.explain:
            explain(office)
            return
        ours = stack.enter_context(our_side(folder, office))
        others = [stack.enter_context(their_side(folder, rows))]
        if directus.is_here():
            others.append(stack.enter_context(directus_side(folder, rows)))
        check(ours, rows)
        stack.enter_context(somebody_saving(lambda: save(office)))
        result = measure(ours, others, options.rounds)
    tell("list", {"rows": options.rows, "clients": CLIENTS, **result}, PACKAGES, is_dry=options.dry)


# ---- the rows ----


def fill(office: Any, rows: list[list[Any]]) -> None:
    """The rows as entries, by the service that every way in uses, and the indexes of a start."""
    from qianxian.core.definitions import catalogue
    from qianxian.ledgers.indexes import ensure_indexes
    from qianxian.ledgers.services import Row, save_entries

    ledger, places = catalogue().ledgers["facility"], {p.name: p for p in office.villages}
    made = [
        Row({f: v for f, v in zip(FIELDS, row, strict=True) if f}, places[row[2]]) for row in rows
    ]
    for n in range(0, len(made), CHUNK):
        save_entries(ledger=ledger, rows=made[n : n + CHUNK], by=office.clerk, at=AT)
        say(f"{min(n + CHUNK, len(made)):,} rows")
    ensure_indexes(catalogue().ledgers.values())


# ---- pages ----


def _asked(chance: random.Random, names: tuple[str, str, str], contains: str) -> dict[str, str]:
    """Conditions as people set them: mostly one or two of village, kind, days; some words."""
    village, kind, search = names
    asked: dict[str, str] = {}
    drawn = chance.random()
    if drawn < 0.25:
        return asked
    if drawn < 0.65:
        asked[village] = str(chance.randrange(10))
    if drawn > 0.45:
        asked[kind] = chance.choice(KINDS)
    if drawn > 0.88:
        asked[search] = contains
    return asked


def _words(chance: random.Random) -> str:
    """The first digits of a number, as somebody types who looks for one."""
    return f"S{chance.randrange(20):02}{chance.randrange(30):02}"


def _until(chance: random.Random) -> str:
    """The end of a month: people ask for months, not for any day."""
    return date(2015 + chance.randrange(10), 1 + chance.randrange(12), 28).isoformat()


def our_asks(villages: list[Any]) -> Callable[[random.Random], str]:
    def ask(chance: random.Random) -> str:
        asked = _asked(chance, ("place", "f_kind", "q"), _words(chance))
        if "place" in asked:
            asked["place"] = villages[int(asked["place"])].code
        if chance.random() < 0.2:
            asked["until"] = _until(chance)
        if chance.random() < 0.1:
            asked["o"] = chance.choice(("title", "-title", "on"))
        return f"{_LIST}?{urlencode(asked)}"

    return ask


def datasette_asks(chance: random.Random) -> str:
    asked = _asked(chance, ("village", "kind", "number__contains"), _words(chance))
    if "village" in asked:
        asked["village"] += "村"
    if chance.random() < 0.2:
        asked["built__lte"] = _until(chance)
    order = {"_sort_desc": "built"}
    if chance.random() < 0.1:
        order = {chance.choice(("_sort", "_sort_desc")): "number"}
    plain = {"_size": "20", "_nofacet": "1", "_nosuggest": "1"}
    return f"/plain/facility?{urlencode({**asked, **order, **plain})}"


def directus_asks(chance: random.Random) -> str:
    names = ("filter[village][_eq]", "filter[kind][_eq]", "filter[number][_contains]")
    asked = _asked(chance, names, _words(chance))
    if names[0] in asked:
        asked[names[0]] += "村"
    if chance.random() < 0.2:
        asked["filter[built][_lte]"] = _until(chance)
    order = "-built"
    if chance.random() < 0.1:
        order = chance.choice(("number", "-number"))
    plain = {"limit": "20", "sort": order, "meta": "filter_count"}
    return f"/items/{directus.COLLECTION}?{urlencode({**asked, **plain})}"


# ---- our side ----


@contextmanager
def our_side(folder: Path, office: Any) -> Iterator[Side]:
    port = free_port()
    command = [sys.executable, "-m", "qianxian", "web", "--port", str(port), "--data", str(folder)]
    with serving(command, port, "/sign-in/", folder / "web.log"):
        asks = our_asks(office.villages)
        yield Side("list", port, asks, lambda body: 'class="t-foot"' in body, signed_in(office))


def signed_in(office: Any) -> list[str]:
    """Three people of the office with every village, and one of a village who has its own."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from qianxian.core.models import Grant, User

    people = [office.clerk]
    for n, (role, place) in enumerate(
        [
            ("office_clerk", office.town),
            ("leader", office.town),
            ("village_clerk", office.villages[0]),
        ]
    ):
        user = User.objects.create_user(f"clerk{n}", name=f"{n}号")
        Grant.objects.create(role=role, place=place, user=user)
        people.append(user)
    found = []
    for user in people:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "qianxian.core.accounts.Backend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append(f"sessionid={session.session_key}")
    return found


def check(ours: Side, rows: list[list[Any]]) -> None:
    """Rule 6: what is timed is right. Counts of conditions, and pages that hang together."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    kind, village = sum(r[3] == "道路" for r in rows), sum(r[2] == "3村" for r in rows)
    word = sum("S0123" in r[0] for r in rows)
    for query, expected in (
        ("", len(rows)),
        (f"f_kind={quote('道路')}", kind),
        ("q=S0123", word),
        ("place=430100100203", village),
    ):
        body = fetch(connection, f"{_LIST}?{query}", ours.people[0])
        if f"符合条件 {expected:,} 条" not in body:
            raise SystemExit(f"{query!r} does not show {expected:,} entries")
    last = fetch(connection, f"{_LIST}?before=end", ours.people[0])
    if next_page(last) or f"{len(rows):,}" not in last:
        raise SystemExit("the last page is not the last one")


def save(office: Any) -> None:
    """An entry of another ledger, as most saves are."""
    from qianxian.core.definitions import catalogue
    from qianxian.ledgers.services import Row, save_entry

    row = Row({"held_on": "2026-11-03", "kind": "大扫除", "people": "3"}, office.villages[1])
    save_entry(ledger=catalogue().ledgers["cleanup"], row=row, by=office.clerk, at=AT)


# ---- the other side ----


@contextmanager
def their_side(folder: Path, rows: list[list[Any]]) -> Iterator[Side]:
    plain, port = folder / "plain.db", free_port()
    with closing(sqlite3.connect(plain)) as database:
        names = ", ".join(f"{n} {'REAL' if n in ('length', 'cost') else 'TEXT'}" for n in COLUMNS)
        database.execute(f"CREATE TABLE facility ({names}, PRIMARY KEY (number))")
        marks = ", ".join("?" * len(COLUMNS))
        database.executemany(f"INSERT INTO facility VALUES ({marks})", rows)  # noqa: S608
        for columns in ("kind, built", "village, built", "built"):
            database.execute(f"CREATE INDEX 'by {columns}' ON facility ({columns})")
        database.execute("ANALYZE")
        database.commit()
    python = python_with(("datasette",), folder, "QIANXIAN_DATASETTE")
    command = [python, "-m", "datasette", "serve", str(plain), "-p", str(port)]
    with serving(command, port, "/plain/facility?_size=1", folder / "datasette.log"):
        yield Side("datasette", port, datasette_asks, lambda body: "rows-and-columns" in body)


@contextmanager
def directus_side(folder: Path, rows: list[list[Any]]) -> Iterator[Side]:
    with directus.running(folder, COLUMNS) as server:
        server.fill(COLUMNS, rows)
        until = f"/items/{directus.COLLECTION}?filter[built][_lte]=2020-01-28&meta=filter_count"
        if server.ask("GET", until)["meta"]["filter_count"] != sum(
            r[4] <= "2020-01-28" for r in rows
        ):
            raise SystemExit("Directus counts other rows by their day")
        token = [f"Bearer {server.token}"]
        yield Side(
            "directus",
            server.port,
            directus_asks,
            lambda body: '"filter_count"' in body,
            token,
            "Authorization",
        )


# ---- each ----


def measure(ours: Side, others: list[Side], rounds: int) -> dict[str, Any]:
    sides = [ours, *others]
    for side in sides:
        press(side, clients=CLIENTS, seconds=WARM, seed=SEED, counted=False)
    for turn in range(rounds):
        for side in sides if turn % 2 == 0 else reversed(sides):
            press(side, clients=CLIENTS, seconds=SECONDS, seed=SEED + 1 + turn)
            say(f"round {turn + 1}: {side.figures()}")
    own = ours.figures()
    result: dict[str, Any] = {**own}
    for other in others:
        theirs = other.figures()
        ratio = own["list_per_second"] / theirs[f"{other.name}_per_second"]
        result |= {**theirs, f"list_to_{other.name}": round(ratio, 2)}
    return result


def explain(office: Any) -> None:
    """The plan and the time of each kind of page, asked of the database alone."""
    from django.db import connection
    from django.http import QueryDict
    from django.test.utils import CaptureQueriesContext

    from qianxian.core.definitions import catalogue
    from qianxian.ledgers.filters import FilterForm, filter_places
    from qianxian.ledgers.listing import listing

    ledger, on = catalogue().ledgers["facility"], AT.date()
    for query in (
        "",
        "before=end",
        "f_kind=道路",
        "place=430100100203",
        "place=430100100203&f_kind=道路",
        "until=2020-01-01",
        "q=S0123",
        "q=S0123 7",
        "o=title",
        "g=village",
        "g=f_kind",
    ):
        form = FilterForm(ledger, filter_places(office.clerk, "", on), on, QueryDict(query))
        with CaptureQueriesContext(connection) as asked:
            begin = time.perf_counter()
            listing(ledger, form.conditions(), user=office.clerk, on=on, view=form.view())
            taken = time.perf_counter() - begin
        say(f"\n{query or '(all)'}: {taken * 1000:.1f} ms, {len(asked)} queries")
        for one in asked:
            if "ledgers_entry" in one["sql"]:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
                    plan = " | ".join(str(row[-1]) for row in cursor.fetchall())
                say(f"  {float(one['time']) * 1000:.0f} ms  {one['sql'][:90]}…\n     {plan}")


if __name__ == "__main__":
    main()
