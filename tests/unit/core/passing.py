"""A post passed on, and who sees its work on which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qianxian.core.models import Handover, Post, User
from qianxian.core.people import holders
from qianxian.core.queries import duties
from tests.conftest import TODAY

DAY = timedelta(days=1)


def sees(user: User, on: date = TODAY) -> list[str]:
    return [duty.post.name for duty in duties(user, on)]


def hand_over(post: Post, taker: User, by: User, at: datetime, **more: object) -> Handover:
    given = {"rank": "A", "on": TODAY, "note": "印章在抽屉里", **more}
    return holders.hand_over(post=post, taker=taker, by=by, at=at, **given)  # type: ignore[arg-type]
