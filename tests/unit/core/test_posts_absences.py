"""Absences: B covers while A is away, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Absence, Place, Post, User
from qianxian.core.people import absences, holders
from qianxian.core.queries import duties
from tests.conftest import TODAY
from tests.unit.core.passing import DAY, hand_over, sees


def test_b_covers_while_a_is_away_and_no_longer(
    post: Post, a: User, b: User, now: datetime
) -> None:
    absences.enter_absence(
        user=a, first_day=TODAY, last_day=TODAY + 2 * DAY, note="县里培训", by=a, at=now
    )

    assert [len(sees(b, TODAY + n * DAY)) for n in (-1, 0, 2, 3)] == [0, 1, 1, 0]
    assert sees(a) == ["报账员"]
    assert duties(b, TODAY)[0].covers == a


def test_b_covers_for_whoever_hands_over_until_the_next_accepts(
    administrator: User, post: Post, a: User, b: User, newcomer: User, now: datetime
) -> None:
    absences.enter_absence(user=a, first_day=TODAY, last_day=TODAY + 5 * DAY, note="", by=a, at=now)
    handover = hand_over(post, newcomer, administrator, now)
    assert sees(b) == ["报账员"]

    holders.accept_handover(handover=handover, by=newcomer, at=now)

    assert sees(b) == []


def test_back_early_ends_the_cover_today(post: Post, a: User, b: User, now: datetime) -> None:
    absence = absences.enter_absence(
        user=a, first_day=TODAY, last_day=TODAY + 5 * DAY, note="", by=a, at=now
    )

    absences.end_absence(absence=absence, by=a, at=now + 2 * DAY)

    absence.refresh_from_db()
    assert absence.last_day == TODAY + DAY
    assert sees(b, TODAY + 2 * DAY) == []
    with pytest.raises(Conflict):
        absences.end_absence(absence=absence, by=a, at=now + 3 * DAY)


def test_an_absence_that_has_not_begun_is_taken_back(post: Post, a: User, now: datetime) -> None:
    absence = absences.enter_absence(
        user=a, first_day=TODAY + DAY, last_day=TODAY + DAY, note="", by=a, at=now
    )

    absences.end_absence(absence=absence, by=a, at=now)

    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [(0, -1, "还早"), (-3, -1, "已经过了"), (0, 400, "一年以上"), (1, 2, "叠在一起")],
)
def test_days_that_do_not_fit_are_refused(
    post: Post, a: User, now: datetime, first: int, last: int, says: str
) -> None:
    absences.enter_absence(
        user=a, first_day=TODAY + 2 * DAY, last_day=TODAY + 3 * DAY, note="", by=a, at=now
    )

    with pytest.raises(UserError, match=says):
        absences.enter_absence(
            user=a,
            first_day=TODAY + first * DAY,
            last_day=TODAY + last * DAY,
            note="",
            by=a,
            at=now,
        )


def test_a_colleague_does_not_enter_another_persons_absence(
    post: Post, administrator: User, a: User, b: User, now: datetime
) -> None:
    days = {"first_day": TODAY, "last_day": TODAY, "note": ""}
    with pytest.raises(NotAllowed):
        absences.enter_absence(user=a, by=b, at=now, **days)  # type: ignore[arg-type]

    absences.enter_absence(user=a, by=administrator, at=now, **days)  # type: ignore[arg-type]


def test_an_absence_names_the_posts_that_nobody_covers(
    post: Post, make_post: Callable[..., Post], village: Place, a: User, b: User, now: datetime
) -> None:
    alone = make_post("网格员", duty="other", place=village, a=a)
    days = {"first_day": TODAY, "last_day": TODAY + DAY, "note": ""}
    absence = absences.enter_absence(user=a, by=a, at=now, **days)  # type: ignore[arg-type]
    assert absences.uncovered(absence) == [alone]

    absences.enter_absence(user=b, by=b, at=now, **days)  # type: ignore[arg-type]

    assert set(absences.uncovered(absence)) == {post, alone}
