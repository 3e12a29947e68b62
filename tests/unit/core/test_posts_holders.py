"""Holders change, hand over, are away: who sees the work of a post on which day."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from qianxian.core.errors import Conflict, NotAllowed, NotVisible, UserError
from qianxian.core.models import Handover, Holding, Office, Place, Post, Revision, Stream, User
from qianxian.core.people import grants, holders
from qianxian.core.verify import verify
from qianxian.ledgers.models import Entry
from qianxian.matters.queries import inbox
from tests.conftest import TODAY
from tests.unit.core.passing import DAY, hand_over, sees


def test_a_new_holder_ends_the_one_before_the_day_before(
    administrator: User, post: Post, a: User, newcomer: User, now: datetime
) -> None:
    holders.assign_holder(
        post=post, rank="A", user=newcomer, on=TODAY + DAY, by=administrator, at=now
    )

    assert Holding.objects.get(user=a).valid_to == TODAY
    assert (sees(a), sees(a, TODAY + DAY)) == (["报账员"], [])
    assert (sees(newcomer), sees(newcomer, TODAY + DAY)) == ([], ["报账员"])


def test_the_stream_says_who_held_what_and_still_verifies(
    administrator: User, post: Post, newcomer: User, now: datetime
) -> None:
    holders.assign_holder(post=post, rank="A", user=newcomer, on=TODAY, by=administrator, at=now)

    bodies = [json.loads(r.body) for r in Revision.objects.filter(kind="holding")]
    assert [(x["user"], x["to"]) for x in bodies] == [
        ("hect", (TODAY - DAY).isoformat()),
        ("tangxj", None),
    ]
    assert list(verify(Stream.objects.get())) == []


def test_somebody_put_right_on_the_same_day_never_held_it(
    administrator: User,
    post: Post,
    b: User,
    newcomer: User,
    make_user: Callable[..., User],
    now: datetime,
) -> None:
    right = make_user("对的人")
    holders.assign_holder(post=post, rank="A", user=newcomer, on=TODAY, by=administrator, at=now)

    holders.assign_holder(post=post, rank="A", user=right, on=TODAY, by=administrator, at=now)

    assert not Holding.objects.filter(user=newcomer).exists()
    assert sees(right) == ["报账员"]


def test_until_the_next_accepts_both_see_the_inbox_and_then_one_does(
    administrator: User, post: Post, a: User, newcomer: User, now: datetime
) -> None:
    handover = hand_over(post, newcomer, administrator, now)

    assert (sees(a), sees(newcomer)) == (["报账员"], ["报账员"])

    holders.accept_handover(handover=handover, by=newcomer, at=now + DAY)

    assert (sees(a, TODAY + DAY), sees(newcomer, TODAY + DAY)) == ([], ["报账员"])


def test_the_inbox_itself_follows_the_post(
    administrator: User,
    newcomer: User,
    a: User,
    post: Post,
    make_entry: Callable[..., Entry],
    now: datetime,
) -> None:
    household = make_entry()
    entry = make_entry("toilet_renovation", {}, subject=household)
    assert entry.post_id == post.pk

    before = inbox(a, TODAY).total
    handover = hand_over(post, newcomer, administrator, now)
    between = (inbox(a, TODAY).total, inbox(newcomer, TODAY).total)
    holders.accept_handover(handover=handover, by=newcomer, at=now + DAY)
    after = (inbox(a, TODAY + DAY).total, inbox(newcomer, TODAY + DAY).total)

    assert (before, between, after) == (1, (1, 1), (0, 1))


def test_a_hand_over_of_a_later_day_shows_nothing_before_it(
    administrator: User, post: Post, a: User, newcomer: User, now: datetime
) -> None:
    handover = hand_over(post, newcomer, administrator, now, on=TODAY + 3 * DAY)
    holders.accept_handover(handover=handover, by=newcomer, at=now)

    assert (sees(a, TODAY + 2 * DAY), sees(newcomer, TODAY + 2 * DAY)) == (["报账员"], [])
    assert (sees(a, TODAY + 3 * DAY), sees(newcomer, TODAY + 3 * DAY)) == ([], ["报账员"])


def test_only_the_next_holder_accepts_and_only_once(
    administrator: User, post: Post, a: User, newcomer: User, now: datetime
) -> None:
    handover = hand_over(post, newcomer, administrator, now)
    for other in (a, administrator):
        with pytest.raises(NotAllowed):
            holders.accept_handover(handover=handover, by=other, at=now)
    holders.accept_handover(handover=handover, by=newcomer, at=now)

    with pytest.raises(Conflict, match="已经确认接了"):
        holders.accept_handover(handover=handover, by=newcomer, at=now)


def test_a_second_hand_over_hears_of_the_first(
    administrator: User,
    post: Post,
    b: User,
    newcomer: User,
    make_user: Callable[..., User],
    now: datetime,
) -> None:
    hand_over(post, newcomer, administrator, now)

    with pytest.raises(Conflict, match="管立新 11月18日 10:30 已经安排交给唐晓菊"):
        hand_over(post, make_user("第三人"), administrator, now)


def test_a_page_that_showed_another_holder_is_told(
    administrator: User, post: Post, newcomer: User, now: datetime
) -> None:
    with pytest.raises(Conflict, match="现在是何春桃"):
        hand_over(post, newcomer, administrator, now, seen="liujj")
    with pytest.raises(Conflict, match="现在是何春桃"):
        holders.assign_holder(
            post=post, rank="A", user=newcomer, on=TODAY, by=administrator, at=now, seen=""
        )


def test_a_withdrawn_hand_over_leaves_everything_as_it_was(
    administrator: User, post: Post, a: User, newcomer: User, now: datetime
) -> None:
    handover = hand_over(post, newcomer, administrator, now)

    holders.withdraw_handover(handover=handover, by=administrator, at=now)

    assert (sees(a), sees(newcomer)) == (["报账员"], [])
    with pytest.raises(Conflict, match="撤回"):
        holders.accept_handover(handover=handover, by=newcomer, at=now)
    assert hand_over(post, newcomer, administrator, now).is_open


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"on": TODAY - DAY}, "已经过了"),
        ({"on": TODAY + 400 * DAY}, "太远"),
        ({"taker": "a"}, "不用交给自己"),
        ({"taker": "b"}, "另一岗"),
    ],
)
def test_a_hand_over_whose_day_or_person_does_not_fit_changes_nothing(
    administrator: User,
    post: Post,
    a: User,
    b: User,
    newcomer: User,
    now: datetime,
    change: dict[str, object],
    says: str,
) -> None:
    taker = {"a": a, "b": b}.get(str(change.pop("taker", "")), newcomer)

    with pytest.raises(UserError, match=says):
        hand_over(post, taker, administrator, now, **change)

    assert not Handover.objects.exists()
    assert Holding.objects.filter(post=post).count() == 2


def test_a_vacant_post_is_not_handed_over_but_b_works_on(
    administrator: User, post: Post, a: User, b: User, newcomer: User, now: datetime
) -> None:
    holding = Holding.objects.get(user=a)
    holders.end_holding(holding=holding, last_day=TODAY, by=administrator, at=now)

    assert (sees(a, TODAY + DAY), sees(b), sees(b, TODAY + DAY)) == ([], [], ["报账员"])
    with pytest.raises(UserError, match="空着"):
        hand_over(post, newcomer, administrator, now, on=TODAY + DAY)


def test_nobody_takes_a_post_with_a_grant_by_his_own_hand(
    administrator: User, post: Post, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="自己派给自己"):
        holders.assign_holder(
            post=post, rank="A", user=administrator, on=TODAY, by=administrator, at=now
        )
    with pytest.raises(NotAllowed, match="自己派给自己"):
        hand_over(post, administrator, administrator, now)


def test_the_head_of_an_office_changes_its_holders_and_no_others(
    make_post: Callable[..., Post],
    make_user: Callable[..., User],
    post: Post,
    newcomer: User,
    township: Place,
    village: Place,
    now: datetime,
) -> None:
    head = make_user("村主任")
    leading = make_post("主任", duty="leader", place=village, a=head)
    Office.objects.filter(pk=post.office_id).update(head=leading)
    post.refresh_from_db()
    elsewhere = make_post("镇专干", duty="other", place=township, a=newcomer)

    assert hand_over(post, newcomer, head, now).is_open
    with pytest.raises(NotAllowed):
        hand_over(elsewhere, make_user("别人"), head, now)


def test_a_head_never_decides_who_manages_people(
    make_post: Callable[..., Post], make_user: Callable[..., User], township: Place, now: datetime
) -> None:
    head, friend = make_user("主任"), make_user("熟人")
    leading = make_post("主任", duty="leader", place=township, a=head)
    key = make_post("系统管理员", duty="administrator", place=township, role="administrator")
    Office.objects.filter(pk=key.office_id).update(head=leading)
    key.refresh_from_db()

    with pytest.raises(NotAllowed):
        holders.assign_holder(post=key, rank="A", user=friend, on=TODAY, by=head, at=now)


def test_outside_the_own_township_a_post_is_not_there(
    make_place: Callable[..., Place],
    make_user: Callable[..., User],
    county: Place,
    post: Post,
    newcomer: User,
    now: datetime,
) -> None:
    other = make_place("别的镇", parent=county, code="430100200000")
    stranger = make_user("别镇管理员", role="administrator", place=other)

    with pytest.raises(NotVisible):
        hand_over(post, newcomer, stranger, now)


def test_who_manages_a_village_does_not_fill_a_post_that_reaches_further(
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    village: Place,
    township: Place,
    newcomer: User,
    now: datetime,
) -> None:
    local = make_user("村管理员", role="administrator", place=village)
    wide = make_post("驻村专干", duty="other", place=village)
    wide.grants.create(role="office_clerk", place=township)

    with pytest.raises(NotAllowed, match="全部授权"):
        grants.grant_role(post=wide, role="leader", line="", place=village, by=local, at=now)
    with pytest.raises(NotAllowed):
        holders.assign_holder(post=wide, rank="A", user=newcomer, on=TODAY, by=local, at=now)


def test_the_last_administrator_is_not_removed(
    make_user: Callable[..., User], make_post: Callable[..., Post], township: Place, now: datetime
) -> None:
    one, two = make_user("甲"), make_user("乙")
    key = make_post(
        "系统管理员", duty="administrator", place=township, a=one, b=two, role="administrator"
    )
    held = {h.user_id: h for h in key.holdings.all()}
    holders.end_holding(holding=held[two.pk], last_day=TODAY, by=one, at=now)

    with pytest.raises(UserError, match="没有管理员"):
        holders.end_holding(holding=held[one.pk], last_day=TODAY, by=one, at=now)

    held[one.pk].refresh_from_db()
    assert held[one.pk].valid_to is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_hand_overs_at_once_one_is_told(
    administrator: User, post: Post, newcomer: User, make_user: Callable[..., User], now: datetime
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("needs a database that threads share: run on PostgreSQL by tests/postgres")
    third, together = make_user("第三人"), Barrier(2)

    def press(taker: User) -> str:
        try:
            together.wait(10)
            hand_over(post, taker, administrator, now)
        except Conflict as conflict:
            return str(conflict)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(press, (newcomer, third)))

    winner = said.index("")
    assert ("唐晓菊", "第三人")[winner] in said[1 - winner]
    assert Handover.objects.count() == 1
    assert list(verify(Stream.objects.get())) == []
