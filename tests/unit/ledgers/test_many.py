"""The same done to many rows: foreseen one by one, saved as one commit, taken back as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, User
from qianxian.ledgers.attestation import attest, check
from qianxian.ledgers.history import undo_commit, versions
from qianxian.ledgers.lists.bulk import Outdated, Wish, campaigns, do_many, fields_for, foresee
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_figures import Period
from qianxian_packs import Ledger

MakeEntry = Callable[..., Entry]
PEOPLE = Wish("correct", "people", "20")


@pytest.fixture
def swept(make_entry: MakeEntry, village: Place, other_village: Place) -> list[Entry]:
    """Four of two villages: one of October, one that has the value already."""
    rows = [
        ("2026-10-20", "12", village),
        ("2026-11-03", "13", village),
        ("2026-11-04", "20", village),
        ("2026-11-05", "14", other_village),
    ]
    return [
        make_entry("cleanup", {"held_on": on, "kind": "大扫除", "people": n}, place=place)
        for on, n, place in rows
    ]


def people(entries: list[Entry]) -> list[int]:
    return [Entry.objects.get(pk=e.pk).data["people"] for e in entries]


def test_one_field_of_many_is_one_commit_that_is_taken_back_as_one(
    swept: list[Entry], clerk: User, now: datetime
) -> None:
    found = foresee(entries=swept, wish=PEOPLE, by=clerk, at=now)
    commit = do_many(
        entries=swept, wish=PEOPLE, token=found.token(), by=clerk, at=now, reason="都是二十人"
    )
    after = people(swept)
    undo_commit(commit=commit, by=clerk, at=now)

    assert (len(found.states), found.same, found.refused) == (3, [swept[2]], [])
    assert after == [20, 20, 20, 20]
    assert (commit.revisions_count, commit.reason) == (3, "都是二十人")
    assert people(swept) == [12, 13, 20, 14]


def test_what_one_may_not_change_is_named_and_left(
    swept: list[Entry],
    clerk: User,
    village_clerk: User,
    village: Place,
    cleanup: Ledger,
    now: datetime,
) -> None:
    month = Period.of("2026-10")
    given = attest(ledger=cleanup, village=village, period=month, by=village_clerk, at=now)
    check(attestation=given, by=clerk, at=now)

    found = foresee(entries=swept, wish=PEOPLE, by=village_clerk, at=now)
    do_many(entries=swept, wish=PEOPLE, token=found.token(), by=village_clerk, at=now, reason="改")

    assert [each.entry for each in found.refused] == [swept[0], swept[3]]
    assert "镇里已经核过" in found.refused[0].says
    assert people(swept) == [12, 20, 20, 14]


def test_the_checks_of_a_single_correction_are_asked_of_each(
    swept: list[Entry], clerk: User, make_entry: MakeEntry, now: datetime, toilets: Ledger
) -> None:
    matter = make_entry("toilet_renovation", {}, subject=make_entry())
    steps = foresee(entries=[matter], wish=Wish("correct", "kind", "三瓮式"), by=clerk, at=now)

    assert "那一步时填" in steps.refused[0].says
    with pytest.raises(InvalidEntry) as error:
        foresee(entries=swept, wish=Wish("correct", "people", "许多"), by=clerk, at=now)
    assert "value" in error.value.errors
    # What tells entries apart and what is private is not given to many.
    assert not {"payee_account", "subject"} & {f.name for f in fields_for(toilets)}
    with pytest.raises(InvalidEntry):
        foresee(entries=swept, wish=Wish("correct", "payee_account", "1"), by=clerk, at=now)


def test_what_somebody_changed_meanwhile_is_shown_again(
    swept: list[Entry], clerk: User, now: datetime
) -> None:
    token = foresee(entries=swept, wish=PEOPLE, by=clerk, at=now).token()
    correct_entry(
        entry=swept[1], values_changed={"people": "7"}, version=1, by=clerk, at=now, reason="数错"
    )
    fresh = list(Entry.objects.filter(pk__in=[e.pk for e in swept]).select_related("place"))

    with pytest.raises(Outdated):
        do_many(entries=fresh, wish=PEOPLE, token=token, by=clerk, at=now, reason="改")
    with pytest.raises(InvalidEntry, match="还没写为什么"):
        do_many(entries=fresh, wish=PEOPLE, token=token, by=clerk, at=now, reason=" ")
    assert people(swept)[0] == 12


def test_a_campaign_is_set_and_rows_are_taken_out(
    swept: list[Entry],
    everywhere: User,
    township: Place,
    make_entry: MakeEntry,
    now: datetime,
    today: date,
) -> None:
    drive = {"code": "qingjie-2026", "name": "清洁行动", "started_on": "2026-10-01"}
    make_entry("campaign", drive, place=township, by=everywhere)
    wish = Wish("campaign", value="qingjie-2026")
    with pytest.raises(InvalidEntry, match="没有这个专项行动"):
        foresee(entries=swept, wish=Wish("campaign", value="yijing-2020"), by=everywhere, at=now)

    for done in (wish, Wish("remove")):
        rows = list(Entry.objects.filter(pk__in=[e.pk for e in swept]).select_related("place"))
        token = foresee(entries=rows, wish=done, by=everywhere, at=now).token()
        do_many(entries=rows, wish=done, token=token, by=everywhere, at=now, reason="归到一起")

    codes = township.ancestor_codes()
    assert campaigns(everywhere, codes, today) == [("qingjie-2026", "清洁行动")]
    bodies = [version.body for version in versions(swept[0])]
    assert [body.get("campaign") for body in bodies] == [None, "qingjie-2026", "qingjie-2026"]
    assert bodies[-1]["deleted"]
    assert Entry.objects.present().filter(ledger="cleanup").count() == 0


def test_too_many_or_none_are_refused(
    swept: list[Entry], clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qianxian.ledgers.lists.bulk.MOST", 3)
    before = Commit.objects.count()

    for entries, says in (([], "一条也没选"), (swept, "一次最多动 3 条")):
        with pytest.raises(UserError, match=says):
            foresee(entries=entries, wish=PEOPLE, by=clerk, at=now)
    assert Commit.objects.count() == before
