"""A guarded correction waits for another person, who approves or refuses it; both stay readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.ledgers import privacy
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.history import undo_commit, versions
from qianxian.ledgers.models import ChangeRequest, Entry
from qianxian.ledgers.requests import services
from qianxian.ledgers.requests.services import Asked
from qianxian.ledgers.restoring import restore_version
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry

ID_NUMBER, OTHER_ID = "110101199003078494", "11010119900307109X"


@pytest.fixture
def second(make_user: Callable[..., User], township: Place) -> User:
    """Another clerk who may correct."""
    return make_user("谭建华", role="office_clerk", place=township, line="common")


@pytest.fixture
def resident(make_entry: Callable[..., Entry]) -> Entry:
    values = {"number": "201000101", "name": "王秀兰", "sex": "女", "id_card": ID_NUMBER}
    return make_entry("resident", values)


@pytest.fixture
def ask(resident: Entry, village_clerk: User, now: datetime) -> Callable[..., ChangeRequest]:
    def asked(*, by: User = village_clerk, asked: Asked | None = None, **changed: Any) -> Any:
        resident.refresh_from_db()
        return services.ask_for_change(
            entry=resident,
            values_changed=changed or {"name": "王秀岚"},
            version=resident.version,
            by=by,
            at=now,
            reason="户口簿上是山风岚",
            asked=asked,
        )

    return asked


def correct(entry: Entry, by: User, at: datetime, **changed: Any) -> Entry:
    entry.refresh_from_db()
    return correct_entry(
        entry=entry, values_changed=changed, version=entry.version, by=by, at=at, reason="核对"
    )


def test_what_is_guarded_is_asked_for_and_what_is_not_is_corrected(
    resident: Entry, clerk: User, now: datetime
) -> None:
    for changed in ({"name": "王秀岚"}, {"id_card": OTHER_ID}):
        with pytest.raises(NeedsApproval, match="要另一个人核准才能改"):
            correct(resident, clerk, now, **changed)

    correct(resident, clerk, now, name="王秀兰", sex="男", phone="13800001111")

    assert (resident.data["name"], resident.data["sex"]) == ("王秀兰", "男")


def test_another_person_approves_and_both_are_in_the_history(
    ask: Callable[..., ChangeRequest],
    resident: Entry,
    village_clerk: User,
    clerk: User,
    now: datetime,
) -> None:
    request = ask(name="王秀岚", id_card=OTHER_ID)
    resident.refresh_from_db()
    assert (resident.data["name"], resident.version) == ("王秀兰", 1)

    services.approve(request=request, by=clerk, at=now)

    resident.refresh_from_db()
    assert resident.data["name"] == "王秀岚"
    assert privacy.read(resident.pk, "id_card") == OTHER_ID
    last = versions(resident)[-1]
    assert last.commit.by == clerk.username
    assert last.body["act"] == {"request": request.pk.hex, "asked_by": village_clerk.name}
    told = Revision.objects.filter(kind=Revision.Kind.REQUEST).values_list("body", flat=True)
    assert len(told) == 2
    assert not any(number in body for body in told for number in (ID_NUMBER, OTHER_ID))
    undo_commit(commit=last.commit, by=clerk, at=now)
    resident.refresh_from_db()
    assert (resident.data["name"], privacy.read(resident.pk, "id_card")) == ("王秀兰", ID_NUMBER)


def test_nobody_approves_what_he_asked_for(
    ask: Callable[..., ChangeRequest], clerk: User, village_clerk: User, second: User, now: datetime
) -> None:
    own = ask(by=clerk)

    for user, says in ((clerk, "自己提的不能自己核准"), (village_clerk, "不归你的岗位办")):
        with pytest.raises(NotAllowed, match=says):
            services.approve(request=own, by=user, at=now)
    with pytest.raises(UserError, match="已经提过改姓名"):
        ask()
    services.withdraw(request=own, by=clerk, at=now)
    for act in (services.approve, services.withdraw):
        with pytest.raises(UserError, match="不用再定"):
            act(request=own, by=second if act is services.approve else clerk, at=now)


def test_refused_with_a_reason_nothing_changes(
    ask: Callable[..., ChangeRequest], resident: Entry, clerk: User, now: datetime
) -> None:
    request = ask()
    with pytest.raises(UserError, match="还没写为什么不改"):
        services.refuse(request=request, by=clerk, at=now, answer=" ")

    refused = services.refuse(request=request, by=clerk, at=now, answer="户口簿上没改")

    resident.refresh_from_db()
    assert (resident.data["name"], resident.version) == ("王秀兰", 1)
    assert (refused.state, refused.decided_by, refused.answer) == (
        "refused",
        "王秀英",
        "户口簿上没改",
    )
    assert Commit.objects.latest("number").reason == "没有核准：户口簿上没改"


def test_a_version_that_changed_meanwhile_is_looked_at_again(
    ask: Callable[..., ChangeRequest],
    resident: Entry,
    village_clerk: User,
    clerk: User,
    now: datetime,
) -> None:
    request = ask()
    correct(resident, clerk, now, sex="男")

    with pytest.raises(Conflict):
        services.approve(request=request, by=clerk, at=now)
    with pytest.raises(NotAllowed):
        services.renew(request=request, by=clerk, at=now)
    services.renew(request=request, by=village_clerk, at=now)
    services.approve(request=request, by=clerk, at=now)

    resident.refresh_from_db()
    assert (resident.data["name"], resident.data["sex"]) == ("王秀岚", "男")


def test_what_somebody_asks_for_at_the_counter_is_answered_here(
    ask: Callable[..., ChangeRequest], clerk: User, second: User, now: datetime
) -> None:
    at_counter = Asked("counter", "王秀兰的儿子", date(2026, 11, 16))
    request = ask(by=clerk, asked=at_counter, sex="男")

    services.approve(request=request, by=second, at=now, answer="照身份证改了，已当面告知")

    request.refresh_from_db()
    assert (request.origin, request.asked_on, request.answer) == (
        "counter",
        date(2026, 11, 16),
        "照身份证改了，已当面告知",
    )
    bodies = Revision.objects.values_list("body", flat=True)
    assert not any("儿子" in body for body in bodies)


def test_faults_are_told_when_asking(
    ask: Callable[..., ChangeRequest], resident: Entry, village_clerk: User, now: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        ask(id_card="110101199003078495", name="")
    assert set(refused.value.errors) == {"id_card"}
    with pytest.raises(InvalidEntry) as refused:
        ask(name="")
    assert refused.value.errors == {"name": "还没填姓名。"}
    assert not ChangeRequest.objects.exists()


def test_an_old_version_comes_back_as_a_correction_with_its_checks(
    resident: Entry, clerk: User, group: Place, now: datetime
) -> None:
    correct(resident, clerk, now, sex="男", phone="13800001111")
    correct(resident, clerk, now, phone="13900002222")

    def restore(number: int, reason: str = "改错了") -> Entry:
        return restore_version(
            entry=resident, number=number, version=resident.version, by=clerk, at=now, reason=reason
        )

    restore(2)
    assert privacy.read(resident.pk, "phone") == "13800001111"
    assert resident.version == 4
    restore(1)
    assert (resident.data["sex"], versions(resident)[-1].commit.reason) == (
        "女",
        "恢复到第1版：改错了",
    )
    for number, says in ((1, "和现在一样"), (9, "没有这一版"), (5, "现在就是这一版")):
        with pytest.raises(UserError, match=says):
            restore(number)
    with pytest.raises(InvalidEntry, match="还没写为什么改"):
        restore(2, " ")


def test_what_is_guarded_does_not_come_back_without_approval(
    ask: Callable[..., ChangeRequest], resident: Entry, clerk: User, now: datetime
) -> None:
    services.approve(request=ask(), by=clerk, at=now)
    resident.refresh_from_db()

    with pytest.raises(NeedsApproval):
        restore_version(
            entry=resident, number=1, version=resident.version, by=clerk, at=now, reason="改错了"
        )
