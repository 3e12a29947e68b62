"""What is recorded twice is proposed, a person merges it, everything follows, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Commit, Grant, Place, Stream, User
from qianxian.core.queries import township_of
from qianxian.core.verify import verify
from qianxian.ledgers import privacy
from qianxian.ledgers.history import undo_commit, versions
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import duplicates
from qianxian.ledgers.registers.merging import merge_entries, tell_apart
from qianxian.ledgers.services import Row, save_entry
from qianxian.ledgers.verify import verify_entries
from qianxian_packs import Ledger
from tests.unit.ledgers.household import Family

MakeEntry = Callable[..., Entry]
ID_NUMBER, OTHER_ID = "110101199003078494", "11010119900307109X"
PHONE = "13800001111"


@pytest.fixture
def family(make_entry: MakeEntry, everywhere: User, now: datetime) -> Family:
    return Family(make_entry(values={"head": "刘建国", "number": "2010001"}), everywhere, now)


@pytest.fixture
def twice(family: Family) -> tuple[Entry, Entry]:
    """王秀兰 is there twice, the second time with a telephone and in the household too."""
    first = family.resident("王秀兰", id_card=ID_NUMBER)
    second = family.record(
        "resident",
        {
            "number": "2010001-9",
            "name": "王秀蓝",
            "id_card": ID_NUMBER,
            "phone": PHONE,
            "sex": "女",
        },
    )
    family.member("王秀兰", "配偶", "2020-01-01")
    family.residents["王秀蓝"] = second
    family.member("王秀蓝", "配偶", "2024-01-01")
    return first, second


def merge(family: Family, keep: Entry, drop: Entry, *take: str) -> Commit:
    for entry in (keep, drop):
        entry.refresh_from_db()
    return merge_entries(
        keep=keep,
        drop=drop,
        take=take,
        versions=(keep.version, drop.version),
        by=family.by,
        at=family.at,
        reason="身份证一样，户口簿只有一人",
    )


def test_the_same_number_and_names_that_sound_alike_are_proposed_and_never_more(
    family: Family,
    twice: tuple[Entry, Entry],
    village_clerk: User,
    outsider: User,
    petition: Ledger,
) -> None:
    family.resident("刘建国")
    register = twice[0].definition

    def found(user: User, ledger: Ledger = register) -> list[tuple[set[Entry], tuple[str, ...]]]:
        answer = duplicates.proposals(ledger, user=user, on=family.at.date())
        return [({p.first, p.second}, p.reasons) for p in answer.proposals]

    assert found(family.by) == [(set(twice), ("证件号相同", "同村名字相近"))]
    assert found(village_clerk) == found(family.by)
    assert found(outsider) == []
    # A ledger of matters is never searched for the same person.
    for number in ("1", "2"):
        values = {"number": number, "about": "王秀兰", "received_on": "2026-11-02"}
        row = Row(values, family.household.place.parent or family.household.place)
        save_entry(ledger=petition, row=row, by=family.by, at=family.at)
    assert found(family.by, petition) == []
    tell_apart(first=twice[1], second=twice[0], by=family.by, at=family.at)
    assert found(family.by) == []


def test_two_become_one_and_everything_follows_as_one_commit(
    family: Family, twice: tuple[Entry, Entry]
) -> None:
    keep, drop = twice
    mark = privacy.mark_of(ID_NUMBER)
    before = Commit.objects.count()

    commit = merge(family, keep, drop, "sex", "phone")

    assert Commit.objects.count() == before + 1
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.data["name"], keep.data["sex"], drop.deleted) == ("王秀兰", "女", True)
    assert privacy.read_all(keep.pk, ["id_card", "phone"]) == {
        "id_card": ID_NUMBER,
        "phone": PHONE,
    }
    # Twice in the same household at the same time: one tie is enough.
    ties = Entry.objects.filter(ledger="membership")
    assert {(t.data["resident"], t.deleted) for t in ties} == {
        (str(keep.pk), False),
        (str(keep.pk), True),
    }
    assert PHONE not in "".join(commit.revisions.values_list("body", flat=True))
    assert (len(versions(keep)), len(versions(drop))) == (2, 2)
    assert mark in privacy.marked([keep.pk, drop.pk])

    undo_commit(commit=commit, by=family.by, at=family.at)

    keep.refresh_from_db()
    drop.refresh_from_db()
    assert (keep.data["sex"], drop.deleted) == ("男", False)
    assert privacy.read_all(keep.pk, ["id_card", "phone"]) == {"id_card": ID_NUMBER}
    assert privacy.read(drop.pk, "phone") == PHONE
    assert {t.data["resident"] for t in ties.all()} == {str(keep.pk), str(drop.pk)}
    assert not ties.filter(deleted=True).exists()
    township = township_of(keep.place)
    assert [*verify(Stream.objects.get(pk=township.pk)), *verify_entries(township.path)] == []


def test_households_take_what_is_about_them_along_also_what_the_person_does_not_see(
    family: Family, make_entry: MakeEntry, patrol: Ledger, group: Place, now: datetime
) -> None:
    second = make_entry(values={"head": "刘建囯", "number": "2010002"})
    values = {"number": "1", "what": "井盖松动", "seen_on": "2026-11-02", "other": str(second.pk)}
    about = make_entry("patrol", values, subject=second)
    Grant.objects.filter(user=family.by, line="").delete()

    commit = merge(family, family.household, second)

    about.refresh_from_db()
    assert (about.subject, about.data["other"]) == (family.household, str(family.household.pk))
    undo_commit(commit=commit, by=family.by, at=now)
    about.refresh_from_db()
    assert (about.subject, about.data["other"]) == (second, str(second.pk))


def test_two_of_which_there_may_be_one_only_are_settled_first(
    family: Family, make_entry: MakeEntry, group: Place
) -> None:
    second = make_entry(values={"head": "刘建国", "number": "2010002"})
    for household in (family.household, second):
        make_entry("toilet_renovation", {}, subject=household)

    with pytest.raises(UserError, match="两边在农村户厕改造台账里各有一条"):
        merge(family, family.household, second)

    assert not Entry.objects.filter(deleted=True).exists()


def test_only_whoever_may_correct_both_merges(
    family: Family, twice: tuple[Entry, Entry], village_clerk: User, outsider: User
) -> None:
    keep, drop = twice
    for user, error in ((village_clerk, UserError), (outsider, NotVisible)):
        with pytest.raises(error):
            merge(Family(family.household, user, family.at), keep, drop)
    with pytest.raises(UserError, match="同一本底册"):
        merge(family, keep, family.household)


def test_marks_tell_numbers_of_persons_and_nothing_else(family: Family) -> None:
    who = family.resident("王秀兰", id_card=ID_NUMBER, phone=PHONE)

    assert privacy.having(ID_NUMBER) == {who.pk}
    assert privacy.having(OTHER_ID) == privacy.having(PHONE) == privacy.having("") == set()
    privacy.erase(who.pk)
    assert privacy.having(ID_NUMBER) == set()


def test_what_was_sealed_without_a_mark_gets_one(family: Family, now: datetime) -> None:
    who = family.resident("王秀兰", id_card=ID_NUMBER, phone=PHONE)
    who.private_values.update(mark=None)

    assert privacy.mark_older(now) == 2
    assert privacy.mark_older(now) == 0
    assert privacy.having(ID_NUMBER) == {who.pk}
