"""Entries of a register end, begin again, move, part and join, and figures of any day follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from qianxian.core.errors import Conflict, NotVisible
from qianxian.core.models import Commit, Place, User
from qianxian.indicators.queries import Reading
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import ending, households, ties
from qianxian.ledgers.registers.households import Going
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian_figures import Period
from qianxian_packs import Ledger
from tests.unit.ledgers.household import Family

MakeEntry = Callable[..., Entry]
MARCH = date(2026, 3, 1)


@pytest.fixture
def family(make_entry: MakeEntry, clerk: User, now: datetime) -> Family:
    """Three people, together since 2020."""
    made = Family(make_entry(values={"head": "刘建国", "number": "2010001"}), clerk, now)
    for name, relation in (("刘建国", "户主"), ("王秀兰", "配偶"), ("刘小军", "子女")):
        made.member(name, relation, "2020-01-01")
    return made


def counted(place: Place, month: str, indicator: str) -> int:
    """The figure on both engines, which must agree."""
    found = {
        Reading.of(place if place.level == "township" else place.parent)  # type: ignore[arg-type]
        .figures([indicator], [place.code], [Period.of(month)], engine=engine)[0]
        .value
        for engine in ("duckdb", "reference")
    }
    (value,) = found
    return int(value or 0)


def end(family: Family, entry: Entry, why: str, on: date = MARCH, **more: Any) -> Commit:
    entry.refresh_from_db()
    return ending.end_entry(
        entry=entry, on=on, why=why, version=entry.version, by=family.by, at=family.at, **more
    )


def test_a_resident_who_died_counts_until_then_and_is_not_chosen_for_later(
    family: Family, make_entry: MakeEntry, village: Place
) -> None:
    who = family.residents["王秀兰"]

    commit = end(family, who, "死亡", note="医院证明")

    assert (commit.revisions_count, commit.reason) == (2, "死亡，医院证明")
    assert who.episodes == [{"to": "2026-03-01", "why": "死亡"}]
    (tie,) = Entry.objects.filter(ledger="membership", data__resident=str(who.pk))
    assert (tie.data["left_on"], tie.data["left_reason"]) == ("2026-03-01", "死亡")
    months = [counted(village, m, "persons_registered") for m in ("2026-02", "2026-03")]
    assert months == [3, 2]
    with pytest.raises(InvalidEntry, match="已经销了（死亡）"):
        family.member("王秀兰", "其他", "2026-06-01")
    family.member("王秀兰", "其他", "2019-01-01", "2019-12-01", "其他")


def test_a_household_that_left_and_came_back_counts_on_the_days_it_was_there(
    family: Family, make_entry: MakeEntry, village: Place, other_village: Place
) -> None:
    home = family.household
    make_entry()
    members = [entry.pk for entry in family.residents.values()]

    left = end(family, home, "整户迁出", along=[*members, home.pk])

    home.refresh_from_db()
    assert left.revisions_count == 7
    assert Entry.objects.filter(gone_on=MARCH).count() == 4
    assert not ties.open_ties(home)
    with pytest.raises(InvalidEntry, match="2026-03-01才销的"):
        again(family, home, date(2026, 2, 1))
    again(family, home, date(2026, 6, 1))
    figures = {m: counted(village, m, "households") for m in ("2026-02", "2026-04", "2026-06")}
    assert figures == {"2026-02": 2, "2026-04": 1, "2026-06": 2}
    with pytest.raises(InvalidEntry, match="才在这里立的"):
        end(family, home, "整户迁出", on=date(2026, 6, 1))


def again(family: Family, home: Entry, on: date) -> Commit:
    home.refresh_from_db()
    return ending.begin_again(
        entry=home, on=on, why="迁回", version=home.version, by=family.by, at=family.at
    )


def test_taking_an_ending_back_restores_entry_and_ties(family: Family, village: Place) -> None:
    who = family.residents["刘小军"]
    commit = end(family, who, "迁出")

    undo_commit(commit=commit, by=family.by, at=family.at)

    who.refresh_from_db()
    assert (who.episodes, who.gone_on) == ([], None)
    assert len(ties.open_ties(family.household)) == 3
    assert counted(village, "2026-06", "persons_registered") == 3


def test_what_cannot_be_is_refused_at_its_place(
    family: Family, outsider: User, now: datetime
) -> None:
    home = family.household
    for on, why, field in ((MARCH, "搬家", "why"), (date(2026, 12, 1), "整户迁出", "on")):
        with pytest.raises(InvalidEntry) as refused:
            end(family, home, why, on=on)
        assert set(refused.value.errors) == {field}
    with pytest.raises(Conflict):
        ending.end_entry(entry=home, on=MARCH, why="整户迁出", version=9, by=family.by, at=now)
    with pytest.raises(NotVisible):
        ending.end_entry(entry=home, on=MARCH, why="整户迁出", version=1, by=outsider, at=now)
    assert not Entry.objects.exclude(episodes=[]).exists()


def test_a_date_is_not_put_right_to_after_the_end_of_the_subject(
    family: Family, everywhere: User, patrol: Ledger
) -> None:
    seen = family.record("patrol", {"number": "1", "what": "井盖松动", "seen_on": "2026-02-10"})
    end(family, family.household, "整户迁出")

    with pytest.raises(InvalidEntry, match="已经销了"):
        correct_entry(
            entry=Entry.objects.get(pk=seen.pk),
            values_changed={"seen_on": "2026-03-10"},
            version=1,
            by=family.by,
            at=family.at,
            reason="写错日期",
        )


def test_a_household_that_moves_is_counted_where_it_was_then(
    family: Family, village: Place, other_village: Place, make_place: Callable[..., Place]
) -> None:
    home, to = family.household, make_place("一组", parent=other_village)

    ending.move_entry(
        entry=home, to=to, on=MARCH, version=1, by=family.by, at=family.at, note="建了新房"
    )

    assert home.place == to
    here = [counted(village, m, "households") for m in ("2026-02", "2026-03")]
    there = [counted(other_village, m, "households") for m in ("2026-02", "2026-03")]
    assert (here, there) == ([1, 0], [0, 1])


def test_a_household_parts_as_one_commit_that_is_taken_back_whole(
    family: Family, village: Place
) -> None:
    home, (_, wife, son) = family.household, members(family)
    before = Commit.objects.count()

    new = households.part_household(
        household=home,
        going=[Going(son, {"relation": "户主"}), Going(wife, {"relation": "父母"})],
        new={"number": "2010099", "head": "刘小军", "persons": "2"},
        place=home.place,
        on=MARCH,
        version=home.version,
        by=family.by,
        at=family.at,
        changed={"persons": "1"},
    )

    assert Commit.objects.count() == before + 1
    assert sorted(t.data["relation"] for t in households.members_of(new)) == ["户主", "父母"]
    assert [t.data["relation"] for t in households.members_of(home)] == ["户主"]
    wife.refresh_from_db()
    assert (wife.data["left_on"], wife.data["left_reason"]) == ("2026-03-01", "分户")
    homes = [counted(village, m, "households") for m in ("2026-02", "2026-03")]
    people = [counted(village, m, "persons_registered") for m in ("2026-02", "2026-03")]
    assert (homes, people) == ([1, 2], [3, 3])

    undo_commit(commit=Commit.objects.latest("number"), by=family.by, at=family.at)

    home.refresh_from_db()
    new.refresh_from_db()
    assert (new.deleted, home.data["persons"], len(members(family))) == (True, 3, 3)


def members(family: Family) -> list[Entry]:
    """Head, wife and son."""
    order = ["户主", "配偶", "子女"]
    return sorted(
        households.members_of(family.household), key=lambda tie: order.index(tie.data["relation"])
    )


def test_two_households_become_one_on_a_day(
    family: Family, make_entry: MakeEntry, village: Place
) -> None:
    other = Family(make_entry(values={"head": "刘老四", "number": "2010002"}), family.by, family.at)
    other.member("刘老四", "户主", "2020-01-01")
    (tie,) = households.members_of(other.household)

    commit = households.join_households(
        household=other.household,
        into=family.household,
        going=[Going(tie, {"relation": "父母"})],
        on=MARCH,
        version=1,
        by=family.by,
        at=family.at,
        changed={"persons": "4"},
    )

    other.household.refresh_from_db()
    assert other.household.episodes == [{"to": "2026-03-01", "why": "并户"}]
    assert len(households.members_of(family.household)) == 4
    homes = [counted(village, m, "households") for m in ("2026-02", "2026-03")]
    people = [counted(village, m, "persons_registered") for m in ("2026-02", "2026-03")]
    assert (homes, people) == ([2, 1], [4, 4])
    undo_commit(commit=commit, by=family.by, at=family.at)
    assert [counted(village, m, "households") for m in ("2026-02", "2026-03")] == [2, 2]


def test_everybody_cannot_part(family: Family) -> None:
    everybody = [Going(tie, {}) for tie in members(family)]

    for going in ([], everybody):
        with pytest.raises(InvalidEntry) as refused:
            households.part_household(
                household=family.household,
                going=going,
                new={"number": "2010099", "head": "刘小军", "persons": "2"},
                place=family.household.place,
                on=MARCH,
                version=1,
                by=family.by,
                at=family.at,
            )
        assert set(refused.value.errors) == {"going"}
