"""Who sees, writes and sends out reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.reports import access
from qianxian.reports.models import Report, SourceReport

TODAY = date(2026, 11, 18)


def test_a_report_is_seen_where_the_grant_reaches(
    draft: Report,
    source: SourceReport,
    writer: User,
    clerk: User,
    leader: User,
    outsider: User,
    village_clerk: User,
) -> None:
    seen = {
        user.username: (
            Report.objects.visible_to(user, TODAY).exists(),
            SourceReport.objects.visible_to(user, TODAY).exists(),
        )
        for user in (writer, clerk, leader, outsider, village_clerk)
    }

    assert seen == {
        "chenwen": (True, True),
        "wangxy": (True, True),
        "zhoum": (True, True),
        "outsider": (False, False),
        "lijg": (False, False),
    }


def test_a_neighbouring_township_is_not_seen(
    draft: Report, make_place: Callable[..., Place], make_user: Callable[..., User], county: Place
) -> None:
    other = make_place("石桥镇", parent=county)
    neighbour = make_user(role="office_clerk", place=other)

    assert not Report.objects.visible_to(neighbour, TODAY).exists()
    with pytest.raises(NotVisible):
        access.require(neighbour, Permission.REPORT_EDIT, draft.place, TODAY)


def test_sending_out_takes_a_grant_of_every_line(
    township: Place, make_user: Callable[..., User]
) -> None:
    of_one_line = make_user(role="leader", place=township, line="environment")

    assert access.may(of_one_line, Permission.REPORT_VIEW, township, TODAY)
    with pytest.raises(NotAllowed, match="不归你的岗位印发"):
        access.require(of_one_line, Permission.REPORT_PUBLISH, township, TODAY)


def test_places_to_write_for_begin_with_the_township(
    township: Place, village: Place, group: Place, writer: User, outsider: User
) -> None:
    assert access.places_for(writer, Permission.REPORT_EDIT, TODAY) == [township, village]
    assert access.places_for(outsider, Permission.REPORT_EDIT, TODAY) == []
