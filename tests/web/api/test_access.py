"""Who gets in: a token and nothing else, and through it no more than its owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from qianxian.api import calling
from qianxian.api.services import revoke_token
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.web.api.program import PREFIX, Program, path_of, program_of

MakeEntry = Callable[..., Entry]
CLEANUP = {"held_on": "2026-11-03", "kind": "大扫除", "people": 12}


def test_a_signed_in_browser_is_not_a_program(client: Client, everywhere: User) -> None:
    client.force_login(everywhere)

    read = client.get(f"{PREFIX}/ledgers")
    written = client.post(f"{PREFIX}/ledgers/cleanup/entries", {}, content_type="application/json")

    assert (read.status_code, written.status_code) == (401, 401)
    assert read["WWW-Authenticate"] == "Bearer"
    assert "令牌" in read.json()["says"]
    assert Commit.objects.filter(source="api").count() == 0


def test_a_write_needs_no_csrf_and_no_session(
    everywhere: User, village: Place, cleanup: Ledger
) -> None:
    program = program_of(everywhere)
    program.client = Client(enforce_csrf_checks=True)

    made = program.post("/ledgers/cleanup/entries", {"values": CLEANUP, "place": village.pk})

    assert made.status_code == 201
    assert not program.client.cookies


@pytest.mark.parametrize("written", ["Basic eDp5", "Bearer", "Bearer qx_x", "qx_x", ""])
def test_what_is_no_token_opens_nothing(client: Client, db: None, written: str) -> None:
    answer = client.get(f"{PREFIX}/ledgers", headers={"Authorization": written})

    assert (answer.status_code, answer.json()["field"]) == (401, "Authorization")


def test_an_ended_or_expired_token_opens_nothing(
    program: Program, everywhere: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = program_of(everywhere, name="另一个")
    assert program.get("/ledgers").status_code == 200

    revoke_token(token=program.token, by=everywhere, at=now)
    assert program.get("/ledgers").status_code == 401
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=91))
    assert other.get("/ledgers").status_code == 401


def test_what_the_owner_loses_the_token_loses_at_once(
    program: Program, everywhere: User, make_entry: MakeEntry, village: Place
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    assert program.get(path_of(entry)).status_code == 200

    Grant.objects.filter(user=everywhere).delete()

    assert program.get(path_of(entry)).status_code == 404
    assert program.get("/ledgers").json() == []
    body = {"values": CLEANUP, "place": village.pk}
    assert program.post("/ledgers/cleanup/entries", body).status_code == 404


def test_a_token_for_reading_writes_nothing(
    everywhere: User, make_entry: MakeEntry, village: Place
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    reader = program_of(everywhere, scope="read")
    before = Commit.objects.count()
    body = {"version": 1, "reason": "改", "values": {"people": 1}, "commit": 1}

    answers = [
        reader.post("/ledgers/cleanup/entries", {"values": CLEANUP, "place": village.pk}),
        reader.patch(path_of(entry), body),
        reader.post(path_of(entry, "/remove"), body),
        reader.post(path_of(entry, "/take-back"), body),
        reader.post(f"/matters/{entry.pk}/steps/start", body),
    ]

    assert {a.status_code for a in answers} == {403}
    assert all("只能读" in a.json()["says"] for a in answers)
    assert reader.get(path_of(entry)).status_code == 200
    assert Commit.objects.count() == before


def test_a_token_for_some_ledgers_knows_no_other(
    everywhere: User, make_entry: MakeEntry, village: Place, patrol: Ledger
) -> None:
    household = make_entry("household")
    values = {"number": "A-1", "what": "渗漏", "seen_on": "2026-11-02", "other": str(household.pk)}
    seen = make_entry("patrol", values, place=village, subject=household, by=everywhere)
    cleanup = make_entry("cleanup", CLEANUP, place=village)
    narrow = program_of(everywhere, ledgers=["patrol"])

    assert [ledger["id"] for ledger in narrow.get("/ledgers").json()] == ["patrol"]
    told = narrow.get(path_of(seen)).json()
    # Where it points to is not for this token either.
    assert (told["subject"], told["values"]["other"]) == (None, "已遮住")
    for path in (path_of(household), path_of(cleanup), "/ledgers/cleanup", "/ledgers/household"):
        assert narrow.get(path).status_code == 404, path
    assert narrow.get("/indicators/cleanup_activities/figure").status_code == 404
    assert narrow.get("/indicators").json() == []
    wide = program_of(everywhere, name="全部").get(path_of(seen)).json()
    assert (wide["subject"], wide["values"]["other"]) == (str(household.pk), str(household.pk))


def test_a_demo_account_opens_nothing_from_another_machine(
    program: Program, everywhere: User
) -> None:
    User.objects.filter(pk=everywhere.pk).update(is_demo=True)

    here = program.get("/ledgers")
    program.client = Client(REMOTE_ADDR="10.0.0.7")
    there = program.get("/ledgers")

    assert (here.status_code, there.status_code) == (200, 401)


def test_who_asks_too_often_waits_for_the_next_minute(
    program: Program, everywhere: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "A_MINUTE", 3)

    codes = [program.get("/ledgers").status_code for _ in range(4)]
    refused = program.get("/ledgers")
    other = program_of(everywhere, name="另一个").get("/ledgers")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1))
    later = program.get("/ledgers")

    assert codes == [200, 200, 200, 429]
    assert (refused["Retry-After"], "3 次" in refused.json()["says"]) == ("60", True)
    assert (other.status_code, later.status_code) == (200, 200)


def test_every_error_is_json_with_a_sentence_and_a_field(
    program: Program, make_entry: MakeEntry, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_entry("cleanup", CLEANUP, place=village)
    client, headers = program.client, program._headers()

    def sent(body: Any, path: str = "/ledgers/cleanup/entries") -> Any:
        return client.post(PREFIX + path, body, content_type="application/json", headers=headers)

    answers = {
        400: [
            sent("{"),
            sent("[1]"),
            sent('{"values": {"kind": "a\\u0000b"}, "place": "1"}'),
            sent('{"values": {"people": NaN}}'),
            program.get("/ledgers", q="a\0b"),
        ],
        404: [program.get("/no/such/address"), program.get("/ledgers/cleanup/entries/7")],
        405: [program.post("/ledgers", {}), program.patch("/places", {})],
        422: [sent({}), sent({"values": 3}), program.patch(path_of(entry), {"version": "x"})],
    }

    for status, told in answers.items():
        for answer in told:
            assert answer.status_code == status, answer.content.decode()
            body = answer.json()
            assert set(body) >= {"says", "field", "faults"}
            assert any("\u4e00" <= sign <= "\u9fff" for sign in body["says"])
            assert answer["Cache-Control"] == "no-store"
    assert answers[405][0]["Allow"] == "GET"
    assert [f["field"] for f in answers[422][2].json()["faults"]] == ["version", "reason"]


def test_a_failure_of_ours_is_told_in_the_same_shape(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("qianxian.api.views.definitions.readable", broken)
    program.client.raise_request_exception = False

    answer = program.get("/ledgers")

    assert answer.status_code == 500
    assert "数据没有变" in answer.json()["says"]
    assert "broken" not in answer.content.decode()
