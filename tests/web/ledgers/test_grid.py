"""The grid's page and what its script asks: through the gate, in JSON, without trusting any of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry

# The same keys in every process, so that tests have the same names there.
NUMBERS = count(1)
GRID = "/ledgers/cleanup/grid/"
CELLS = {"place": "清水村", "held_on": "2026.11.3", "kind": "大扫除", "people": "１２０"}


def post(client: Client, act: str, body: Any, ledger: str = "cleanup") -> Any:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(f"/ledgers/{ledger}/grid/{act}/", text, content_type="application/json")


def row(cells: dict[str, str] = CELLS, *, key: str = "", version: int = 0) -> dict[str, Any]:
    return {
        "key": key or str(UUID(int=next(NUMBERS), version=4)),
        "version": version,
        "cells": cells,
    }


@pytest.fixture
def desk(as_user: Callable[[User], Client], clerk: User) -> Client:
    return as_user(clerk)


def told(page: Any) -> dict[str, Any]:
    """What the page tells its script."""
    text = page.content.decode()
    found: dict[str, Any] = json.loads(unescape(text.split('data-grid="', 1)[1].split('"', 1)[0]))
    return found


def test_the_page_shows_stored_rows_without_script_and_covers_private_fields(
    desk: Client, make_entry: Callable[..., Entry]
) -> None:
    made = make_entry(values={"phone": "13800001111"})

    page = desk.get("/ledgers/household/grid/")

    text = page.content.decode()
    assert f'data-key="{made.pk}" data-version="1"' in text
    assert "138****1111" in text
    assert "13800001111" not in text
    assert 'href="/ledgers/household/new/"' in text
    columns = {c["name"]: c for c in told(page)["columns"]}
    assert "隐私" in columns["phone"]["whyNot"]
    assert columns["kind"]["choices"][0] == ["一般农户", "ybnh"]
    assert "/ledgers/household/grid/" in desk.get("/ledgers/household/").content.decode()


def test_conditions_choose_the_rows_and_the_place_of_new_ones(
    desk: Client, village: Place, other_village: Place, make_entry: Callable[..., Entry]
) -> None:
    values = {"held_on": "2026-11-01", "kind": "大扫除"}
    here = make_entry("cleanup", values, place=village)
    there = make_entry("cleanup", values, place=other_village)

    page = desk.get(f"{GRID}?place={village.code}")

    assert str(here.pk) in page.content.decode()
    assert str(there.pk) not in page.content.decode()
    assert told(page)["columns"][0]["default"] == "清水村"
    assert told(desk.get(GRID))["columns"][0]["default"] == ""


def test_checking_and_saving_answer_row_by_row(desk: Client, village: Place) -> None:
    good, bad = row(), row({**CELLS, "people": "很多"})

    checked = post(desk, "check", {"rows": [good, bad]}).json()
    assert checked["texts"][good["key"]]["held_on"] == "2026-11-03"
    assert "这里要写数字" in checked["faults"][bad["key"]]["people"]
    assert not Commit.objects.exists()

    saved = post(desk, "save", {"rows": [good, bad]}).json()
    assert saved["saved"][good["key"]]["version"] == 1
    assert set(saved["faults"]) == {bad["key"]}
    assert saved["undo"].endswith("/1/")
    desk.post(saved["undo"])
    assert Entry.objects.get(pk=good["key"]).deleted


def test_a_row_that_was_changed_meanwhile_comes_with_both_values(
    desk: Client, village_clerk: User, village: Place, make_entry: Callable[..., Entry]
) -> None:
    values = {"held_on": "2026-11-01", "kind": "大扫除", "people": "80"}
    entry = make_entry("cleanup", values, place=village)
    correct_entry(
        entry=entry,
        values_changed={"people": "95"},
        version=1,
        by=village_clerk,
        at=timezone.now(),
        reason="补数",
    )
    mine = row({"people": "100"}, key=str(entry.pk), version=1)

    without = post(desk, "save", {"rows": [{**mine, "version": 2}]})
    assert (without.status_code, set(without.json()["errors"])) == (422, {"reason"})

    clash = post(desk, "save", {"rows": [mine], "reason": "数错了"}).json()["clashes"][mine["key"]]
    assert clash["who"] == "李建国"
    assert clash["cells"] == {"people": {"was": "80", "now": "95"}}
    assert clash["version"] == 2


@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        "[]",
        "{}",
        '{"rows": 3}',
        '{"rows": [{"key": "x", "version": 0, "cells": {}}]}',
        json.dumps({"rows": [{**row({}), "version": True}]}),
        json.dumps({"rows": [{**row({}), "cells": {"place": 3}}]}),
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_no_page_sends_is_refused_with_a_sentence(
    desk: Client, village: Place, body: Any
) -> None:
    answer = post(desk, "save", body)

    assert answer.status_code == 422
    assert "你写的还在" in answer.json()["says"]


def test_signs_that_no_database_takes_do_no_harm(desk: Client, village: Place) -> None:
    odd = row({**CELLS, "note": "a\0b\ud800c", "nothing": "x"})

    answer = post(desk, "save", {"rows": [odd, row({**CELLS, "note": "a\0b\ud800c"})]}).json()

    assert "不在这本台账里" in answer["faults"][odd["key"]][""]
    assert Entry.objects.get().data["note"] == "abc"


def test_a_register_is_searched_through_the_gate(
    desk: Client,
    as_user: Callable[[User], Client],
    outsider: User,
    make_entry: Callable[..., Entry],
) -> None:
    made = make_entry(values={"number": "2010001", "head": "张明"})
    find = "/ledgers/toilet_renovation/grid/find/subject/"

    found = desk.get(f"{find}?q=zm").json()["found"]
    assert found == [{"key": made.pk.hex, "text": "2010001 张明", "note": "清水村 三组"}]
    assert desk.get("/ledgers/cleanup/grid/find/kind/?q=d").status_code == 404
    stranger = as_user(outsider)
    assert stranger.get(f"{find}?q=zm").status_code == 404
    assert stranger.get(GRID).status_code == 404
    assert post(stranger, "save", {"rows": [row()]}).status_code == 404


def test_a_reader_who_may_not_record_gets_no_grid(
    as_user: Callable[[User], Client], leader: User, village: Place
) -> None:
    reader = as_user(leader)

    assert reader.get(GRID).status_code == 403
    answer = post(reader, "save", {"rows": [row()]})
    assert answer.status_code == 403
    assert "不归你的岗位记" in answer.json()["says"]


def test_a_correction_that_is_sent_twice_is_told_as_saved(
    desk: Client, village: Place, make_entry: Callable[..., Entry]
) -> None:
    values = {"held_on": "2026-11-01", "kind": "大扫除", "people": "80"}
    entry = make_entry("cleanup", values, place=village)
    url = f"{entry.get_absolute_url()}correct/"
    sent = {
        "version": "1",
        "place": village.code,
        "held_on": "2026-11-01",
        "kind": "大扫除",
        "people": "81",
        "reason": "数错了",
    }

    assert desk.post(url, sent)["Location"] == entry.get_absolute_url()
    again = desk.post(url, sent, follow=True)
    other = desk.post(url, {**sent, "people": "82"})

    assert "没有再记一遍" in again.content.decode()
    assert other.status_code == 409
    entry.refresh_from_db()
    assert (entry.version, entry.data["people"]) == (2, 81)
