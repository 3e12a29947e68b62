"""Entries through the API: the same services and the same gate as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.lists.orders import order_of, orders_of
from qianxian.ledgers.models import AccessLog, Entry, PrivateValue
from qianxian.ledgers.services import correct_entry
from qianxian_packs import Ledger
from tests.unit.ledgers.conftest import ID_NUMBER, SEEN
from tests.web.api.program import Program, path_of, program_of

MakeEntry = Callable[..., Entry]
CLEANUP = {"held_on": "2026-11-03", "kind": "大扫除", "people": 12}


@pytest.fixture
def household(make_entry: MakeEntry, everywhere: User) -> Entry:
    return make_entry("household", {"head": "孙有福", "phone": "13800138000"})


def seen(n: int, household: Entry, place: Place) -> dict[str, Any]:
    return {"values": SEEN[n], "place": place.pk, "subject": str(household.pk)}


def test_an_entry_is_recorded_read_corrected_removed_and_taken_back(
    program: Program, patrol: Ledger, household: Entry, village: Place
) -> None:
    made = program.post("/ledgers/patrol/entries", seen(0, household, village))
    assert made.status_code == 201, made.content.decode()
    path = f"/ledgers/patrol/entries/{made.json()['id']}"

    read = program.get(path).json()
    assert (read["version"], read["place"], read["subject"]) == (1, village.pk, str(household.pk))
    assert read["values"]["cost"] == "120.50"
    assert read["values"]["faults"] == ["渗漏", "缺水"]
    assert read["private"] == {"id_number": f"110101{'*' * 8}8494"}

    body = {"version": 1, "reason": "核过", "values": {"cost": 99.9, "grade": "重"}}
    assert program.patch(path, body).json()["version"] == 2
    assert program.get(path).json()["values"]["cost"] == "99.90"
    removed = program.post(f"{path}/remove", {"version": 2, "reason": "记重了"}).json()
    assert (removed["deleted"], program.get("/ledgers/patrol/entries").json()["rows"]) == (True, [])
    back = program.post(f"{path}/take-back", {"commit": removed["commit"]}).json()
    assert (back["deleted"], back["version"]) == (False, 4)


def test_every_commit_says_that_it_came_by_the_api_and_by_which_token(
    program: Program, everywhere: User, village: Place, cleanup: Ledger
) -> None:
    made = program.post("/ledgers/cleanup/entries", {"values": CLEANUP, "place": village.pk}).json()
    path = f"/ledgers/cleanup/entries/{made['id']}"
    program.patch(path, {"version": 1, "reason": "核过", "values": {"people": 13}})
    program.post(f"{path}/remove", {"version": 2, "reason": "记重了"})
    last = Commit.objects.latest("number")
    program.post(f"{path}/take-back", {"commit": last.number})

    ours = Commit.objects.filter(number__gte=made["commit"])
    assert {(c.by, c.source, c.source_ref) for c in ours} == {("wangxy", "api", "县平台")}
    assert ours.count() == 4
    # What is saved on a page after it is not mistaken for it.
    entry = Entry.objects.get(pk=made["id"])
    correct_entry(
        entry=entry,
        values_changed={"people": 14},
        version=4,
        by=everywhere,
        at=last.at,
        reason="核",
    )
    assert Commit.objects.latest("number").source == "page"


def test_an_older_version_is_a_conflict_that_shows_what_changed_and_by_whom(
    program: Program, leader: User, make_entry: MakeEntry, village: Place, cleanup: Ledger
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    first = {"version": 1, "reason": "点过人数", "values": {"people": 20}}
    program.patch(path_of(entry), first)

    second = program.patch(path_of(entry), {**first, "values": {"people": 30}})

    assert second.status_code == 409
    told = second.json()
    assert "王秀英" in told["says"]
    [save] = told["changes"]
    assert (save["by_name"], save["version"], save["reason"]) == ("王秀英", 2, "点过人数")
    assert save["changes"] == [{"field": "people", "label": "参加人次", "old": 12, "new": 20}]
    entry.refresh_from_db()
    assert (entry.version, entry.data["people"]) == (2, 20)


def test_every_fault_stands_at_its_field_and_nothing_is_saved(
    program: Program, patrol: Ledger, household: Entry, village: Place
) -> None:
    wrong = {**SEEN[0], "seen_on": "昨天的昨天的昨天", "grade": "中", "cost": "-3", "colour": "红"}
    before = Commit.objects.count()

    answer = program.post(
        "/ledgers/patrol/entries", {**seen(0, household, village), "values": wrong}
    )

    assert answer.status_code == 422
    told = {fault["field"]: fault["says"] for fault in answer.json()["faults"]}
    assert told.keys() == {"seen_on", "grade", "cost", ""}
    assert "colour" in told[""]
    assert answer.json()["field"] in told
    assert Commit.objects.count() == before


def test_history_tells_field_by_field_and_of_private_ones_only_that_they_changed(
    program: Program, patrol: Ledger, household: Entry, village: Place
) -> None:
    made = program.post("/ledgers/patrol/entries", seen(0, household, village)).json()
    path = f"/ledgers/patrol/entries/{made['id']}"
    other = "11010119900307109X"
    body = {"version": 1, "reason": "核过", "values": {"cost": "99", "id_number": other}}
    assert program.patch(path, body).status_code == 200

    whole = program.get(f"{path}/history").json()
    cost = program.get(f"{path}/history", field="cost").json()

    assert [(s["version"], s["source"], s["reason"]) for s in whole] == [
        (1, "api", ""),
        (2, "api", "核过"),
    ]
    assert [s["changes"][0]["new"] for s in cost] == ["120.50", "99.00"]
    hidden = [c for s in whole for c in s["changes"] if c["field"] == "id_number"]
    assert [(c["old"], c["new"]) for c in hidden] == [(None, "已遮住"), ("已遮住", "已遮住")]
    assert ID_NUMBER not in json.dumps(whole)
    assert other not in json.dumps(whole)


def test_a_private_value_goes_in_and_never_comes_out(
    program: Program, patrol: Ledger, household: Entry, village: Place
) -> None:
    made = program.post("/ledgers/patrol/entries", seen(0, household, village)).json()
    path = f"/ledgers/patrol/entries/{made['id']}"
    answers = [
        program.get(path),
        program.get("/ledgers/patrol/entries"),
        program.get("/ledgers/patrol/entries", q="A-1"),
        program.get(f"{path}/history"),
        program.patch(path, {"version": 1, "reason": "核", "values": {"id_number": ID_NUMBER}}),
        program.patch(path, {"version": 1, "reason": "核", "values": {"cost": "9"}}),
    ]

    assert all(ID_NUMBER not in answer.content.decode() for answer in answers)
    assert "private" not in [k for k, v in answers[1].json()["rows"][0].items() if v]
    # A mask that is sent back is told, and not kept as if it were the value.
    masked = answers[0].json()["private"]["id_number"]
    sent = program.patch(path, {"version": 2, "reason": "核", "values": {"id_number": masked}})
    assert (sent.status_code, sent.json()["field"]) == (422, "id_number")
    assert not AccessLog.objects.exists()
    null = program.patch(path, {"version": 2, "reason": "要求删", "values": {"id_number": None}})
    assert null.status_code == 200
    assert not PrivateValue.objects.filter(entry=made["id"]).exists()


def test_what_lies_outside_is_not_there(
    make_user: Callable[..., User],
    make_entry: MakeEntry,
    other_village: Place,
    village: Place,
    cleanup: Ledger,
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    neighbour = program_of(make_user("邻村", role="village_clerk", place=other_village))
    body = {"version": 1, "reason": "改", "values": {"people": 1}}

    answers = [
        neighbour.get(path_of(entry)),
        neighbour.get(path_of(entry, "/history")),
        neighbour.patch(path_of(entry), body),
        neighbour.post(path_of(entry, "/remove"), body),
        neighbour.post(path_of(entry, "/take-back"), {"commit": 1}),
        neighbour.get("/ledgers/no_such_ledger/entries"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert neighbour.get("/ledgers/cleanup/entries").json() == {"rows": [], "next": None}
    recorded = neighbour.post("/ledgers/cleanup/entries", {"values": CLEANUP, "place": village.pk})
    assert (recorded.status_code, recorded.json()["field"]) == (422, "place")


def test_a_village_corrects_nothing_that_its_pages_would_not_let_it(
    village_clerk: User, leader: User, make_entry: MakeEntry, village: Place, cleanup: Ledger
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    body = {"version": 1, "reason": "改", "values": {"people": 1}}

    refused = program_of(leader).patch(path_of(entry), body)

    assert refused.status_code == 403
    assert program_of(village_clerk).patch(path_of(entry), body).status_code == 200


@pytest.mark.parametrize("as_of", ["", "2026-11-18"])
def test_pages_by_the_last_row_give_every_row_once_in_every_order(
    program: Program,
    make_entry: MakeEntry,
    village: Place,
    other_village: Place,
    as_of: str,
    everywhere: User,
    patrol: Ledger,
    household: Entry,
) -> None:
    made = [
        make_entry(
            "patrol",
            {**SEEN[n % 3], "number": f"A-{n % 2}", "seen_on": f"2026-11-0{1 + n % 4}"},
            place=(village, other_village)[n % 2],
            subject=household,
            by=everywhere,
        )
        for n in range(7)
    ]

    for key, way in product(orders_of(patrol), ("", "-")):
        found: list[str] = []
        after: str | None = ""
        while after is not None:
            asked = {"o": f"{way}{key}", "as_of": as_of, "limit": 3, "after": after}
            part = program.get("/ledgers/patrol/entries", **asked).json()
            found += [row["id"] for row in part["rows"]]
            after = part["next"]

        in_order = order_of(patrol, f"{way}{key}").sorted(made)
        assert found == [str(entry.pk) for entry in in_order], f"{way}{key}"


def test_conditions_are_those_of_the_list_page_and_a_wrong_one_is_refused(
    program: Program,
    make_entry: MakeEntry,
    village: Place,
    other_village: Place,
    everywhere: User,
    patrol: Ledger,
    household: Entry,
) -> None:
    for values, place in zip(SEEN, (village, village, other_village), strict=True):
        make_entry("patrol", values, place=place, subject=household, by=everywhere)

    def numbers(**query: str) -> list[str]:
        rows = program.get("/ledgers/patrol/entries", o="title", **query).json()["rows"]
        return [row["values"]["number"] for row in rows]

    assert numbers(f_grade="重") == ["A-1"]
    assert numbers(f_faults="堵塞") == ["A-2"]
    assert numbers(q="zz") == []
    assert numbers(q="A-2") == ["A-2"]
    assert numbers(place=other_village.pk) == ["B-3"]
    assert numbers(since="2026-11-01", until="2026-11-10") == ["A-1"]
    assert numbers(subject=str(household.pk)) == ["A-1", "A-2", "B-3"]
    for field, value in [
        ("f_colour", "红"),
        ("f_grade", "中"),
        ("since", "昨天"),
        ("o", "colour"),
        ("place", "1"),
        ("after", "x"),
        ("limit", "0"),
        ("as_of", "2027-01-01"),
        ("subject", str(household.pk).replace("-", "")[::-1]),
    ]:
        answer = program.get("/ledgers/patrol/entries", **{field: value})
        assert (answer.status_code, answer.json()["field"]) == (422, field), field
        assert answer.json()["says"]


def test_a_key_sent_again_with_the_same_body_records_once_and_answers_the_same(
    program: Program, village: Place, cleanup: Ledger
) -> None:
    body = {"values": CLEANUP, "place": village.pk}

    first, again = (program.post("/ledgers/cleanup/entries", body, key="k-1") for _ in range(2))
    other = program.post(
        "/ledgers/cleanup/entries", {**body, "values": {**CLEANUP, "people": 1}}, key="k-1"
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    assert Entry.objects.filter(ledger="cleanup").count() == 1
    # What was refused took no key; without a key every request is a new one.
    bad = program.post("/ledgers/cleanup/entries", {**body, "place": ""}, key="k-2")
    good = program.post("/ledgers/cleanup/entries", body, key="k-2")
    program.post("/ledgers/cleanup/entries", body)
    assert (bad.status_code, good.status_code) == (422, 201)
    assert Entry.objects.filter(ledger="cleanup").count() == 3
