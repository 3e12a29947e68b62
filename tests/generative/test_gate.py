"""Whatever the grants are, every way out gives exactly the rows that they allow.

The oracle walks the grants row by row. List, past day, file, search and entry page go their own
ways through the database; each must show what the oracle says, and nothing of a private value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Holding, Office, Place, Post, User
from qianxian.core.permissions import ROLES, Permission
from qianxian.core.places import open_place
from qianxian.ledgers.display import Names
from qianxian.ledgers.exports import Sheet, as_csv, as_xlsx
from qianxian.ledgers.listing import View, listing, past, selected
from qianxian.ledgers.lists.orders import default_order
from qianxian.ledgers.lists.paging import Ask
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import everything, matching
from qianxian.ledgers.services import Row, remove_entry, save_entries
from tests.conftest import NOW, TODAY
from tests.unit.ledgers.conftest import letters, more_packs

__all__ = ["letters", "more_packs"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LINES = ("", "common", "environment", "letters", "party")
LEDGERS = ("household", "cleanup", "letter")
PHONE = "13800138000"
_PLACES = 7


@dataclass(frozen=True, slots=True)
class Granted:
    """One grant: given to the person, or to a post held in the past, now, or later."""

    role: str
    line: str
    place: int
    through: str


GRANTS = st.lists(
    st.builds(
        Granted,
        role=st.sampled_from(sorted(ROLES)),
        line=st.sampled_from(LINES),
        place=st.integers(0, _PLACES - 1),
        through=st.sampled_from(["person", "post", "past post", "later post", "anothers post"]),
    ),
    max_size=4,
)
ROWS = st.lists(
    st.tuples(st.sampled_from(LEDGERS), st.integers(0, _PLACES - 1), st.booleans()),
    min_size=1,
    max_size=10,
)


@dataclass
class World:
    places: list[Place]
    user: User
    other: User


@pytest.fixture
def world(more_packs: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A county of two townships: three villages, one group; the oracle's small map."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
    towns = [
        open_place(code=f"4301001{n}0000", name=f"{n}号镇", level="township", parent=county)
        for n in (1, 2)
    ]
    villages = [
        open_place(code=f"4301001{n}020{m}", name=f"{n}{m}村", level="village", parent=town)
        for n, m, town in ((1, 1, towns[0]), (1, 2, towns[0]), (2, 1, towns[1]))
    ]
    group = open_place(
        code=f"{villages[0].code}001", name="一组", level="group", parent=villages[0]
    )
    user = User.objects.create_user("somebody", name="某人")
    other = User.objects.create_user("another", name="别人")
    Grant.objects.create(role="office_clerk", line="", place=county, user=other)
    yield World([county, *towns, *villages, group], user, other)


def grant(world: World, grants: Sequence[Granted]) -> None:
    office = Office.objects.create(name="办公室", place=world.places[0])
    days = {
        "post": (date(2026, 1, 1), None, world.user),
        "past post": (date(2025, 1, 1), date(2026, 11, 17), world.user),
        "later post": (date(2026, 11, 19), None, world.user),
        "anothers post": (date(2026, 1, 1), None, world.other),
    }
    for n, given_ in enumerate(grants):
        common: dict[str, Any] = {
            "role": given_.role,
            "line": given_.line,
            "place": world.places[given_.place],
        }
        if given_.through == "person":
            Grant.objects.create(**common, user=world.user)
            continue
        post = Post.objects.create(
            code=f"post-{n}", name="岗位", duty="d", office=office, place=world.places[0]
        )
        first, last, holder = days[given_.through]
        Holding.objects.create(post=post, user=holder, valid_from=first, valid_to=last)
        Grant.objects.create(**common, post=post)


def is_allowed(world: World, grants: Sequence[Granted], entry: Entry) -> bool:
    """The oracle: one grant that holds today, of its line, at or above its place."""
    line = catalogue().ledgers[entry.ledger].line
    return any(
        given_.through in ("person", "post")
        and Permission.ENTRY_VIEW in ROLES[given_.role].permissions
        and given_.line in ("", line)
        and world.places[given_.place].code in entry.place.path.split("/")
        for given_ in grants
    )


def record(world: World, rows: Sequence[tuple[str, int, bool]]) -> list[Entry]:
    """Rows of three ledgers, some removed again. A coarse place is moved to one that fits."""
    made = []
    for n, (name, where, removed) in enumerate(rows):
        ledger = catalogue().ledgers[name]
        place = world.places[6 if ledger.place == "group" else max(where, 3)]
        key = save_entries(
            ledger=ledger, rows=[Row(_values(name, n), place)], by=world.other, at=NOW
        )[0]
        entry = Entry.objects.select_related("place").get(pk=key)
        if removed:
            remove_entry(entry=entry, version=1, by=world.other, at=NOW, reason="记重了")
        made.append(entry)
    return made


def _values(name: str, n: int) -> dict[str, Any]:
    if name == "household":
        return {"number": f"H{n}", "head": f"某户{n}", "persons": 2, "phone": PHONE}
    if name == "cleanup":
        return {"held_on": "2026-11-03", "kind": "大扫除", "people": n + 1}
    return {"number": f"P{n}", "about": f"某事{n}", "received_on": "2026-11-03"}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(grants=GRANTS, rows=ROWS)
def test_every_way_out_gives_exactly_the_rows_that_the_grants_allow(
    world: World, grants: list[Granted], rows: list[tuple[str, int, bool]]
) -> None:
    with transaction.atomic():
        grant(world, grants)
        made = record(world, rows)
        seen = {entry.pk for entry in made if is_allowed(world, grants, entry)}
        standing = {entry.pk for entry in made if not entry.deleted} & seen

        for ledger in (catalogue().ledgers[name] for name in LEDGERS):
            own = {entry.pk for entry in made if entry.ledger == ledger.id} & standing
            ways = in_every_way(world, ledger)
            assert all(found == own for found in ways.values()), ways
        assert (
            found_by_search(world)
            == {e.pk for e in made if e.ledger in ("household", "letter")} & standing
        )
        assert opened(world, made) == seen
        transaction.set_rollback(True)


def in_every_way(world: World, ledger: Any) -> dict[str, set[Any]]:
    """List, pages of a list, past day: the keys that each shows. The files hold the same rows."""
    order = default_order(ledger)
    now = list(selected(ledger, [], user=world.user, on=TODAY).select_related("place__parent"))
    paged = turned(world, ledger)
    assert len(paged) == len(now)
    sheet = Sheet(ledger, now, Names(), ())
    text = as_csv(sheet).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == len(now) + 1
    assert PHONE not in text
    assert PHONE.encode() not in as_xlsx(sheet)
    then = past(ledger, [], user=world.user, on=TODAY, as_of=TODAY, order=order)
    ways = {
        "list": {entry.pk for entry in now},
        "pages": set(paged),
        "past day": {entry.pk for entry in then},
    }
    return ways if ledger.id == "cleanup" else {**ways, "searched list": searched(world, ledger)}


def searched(world: World, ledger: Any) -> set[Any]:
    """Each entry of the ledger is looked for in its list by its own number."""
    found = set()
    for entry in Entry.objects.filter(ledger=ledger.id):
        conditions = [matching(ledger, entry.data["number"])]
        shown = listing(ledger, conditions, user=world.user, on=TODAY, view=View(size=1_000))
        found |= {row.pk for row in shown.rows}
    return found


def turned(world: World, ledger: Any) -> list[Any]:
    """The keys of all pages, turned one after the other."""
    keys: list[Any] = []
    ask = Ask()
    while True:
        page = listing(ledger, [], user=world.user, on=TODAY, view=View(ask=ask, size=3)).page
        keys += [entry.pk for entry in page.rows]
        if not page.next:
            return keys
        given = QueryDict(page.next)
        ask = Ask.read(given["after"], "", given["n"])


def found_by_search(world: World) -> set[Any]:
    """Each entry is searched for by its own number."""
    found = set()
    for entry in Entry.objects.exclude(ledger="cleanup"):
        for group in everything(world.user, entry.data["number"], TODAY):
            found |= {
                hit.url.removesuffix("page/").split("/")[-2]
                for hit in group.hits
                if entry.title == hit.title
            }
        assert everything(world.user, PHONE, TODAY) == []
    return {entry.pk for entry in Entry.objects.all() if str(entry.pk) in found}


def opened(world: World, made: list[Entry]) -> set[Any]:
    """The entries whose page opens; every other is not there."""
    client = Client()
    client.force_login(world.user)
    answers = {
        entry.pk: client.get(reverse("ledgers:entry", args=[entry.ledger, entry.pk]))
        for entry in made
    }
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    assert all(PHONE not in answer.content.decode() for answer in answers.values())
    return {key for key, answer in answers.items() if answer.status_code == 200}
