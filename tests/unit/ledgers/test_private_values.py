"""Private values: sealed, covered by preset, read with a reason, erased for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from cryptography.exceptions import InvalidTag

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.ledgers import privacy
from qianxian.ledgers.access import read_private
from qianxian.ledgers.masking import mask
from qianxian.ledgers.models import AccessLog, Entry, EntryKey, PrivateValue
from qianxian_packs import Field

PHONE = "13800138000"


@pytest.fixture
def household(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry(values={"phone": PHONE})


@pytest.fixture
def reader(make_user: Callable[..., User], township: Place) -> User:
    return make_user("李晓芸", role="privacy_reader", place=township, username="lixy")


def test_reading_in_full_is_logged_before_it_is_shown(
    household: Entry, reader: User, now: datetime
) -> None:
    value = read_private(
        entry=household, field="phone", by=reader, at=now, reason=" 通知领补助 ", post="p1"
    )

    log = AccessLog.objects.get()
    assert value == PHONE
    assert (log.entry, log.field, log.by, log.by_name) == (household, "phone", "lixy", "李晓芸")
    assert (log.at, log.post, log.reason) == (now, "p1", "通知领补助")


@pytest.mark.parametrize("reason", ["", "   ", "看看"])
def test_reading_without_a_real_reason_is_refused_and_not_logged(
    household: Entry, reader: User, now: datetime, reason: str
) -> None:
    with pytest.raises(UserError, match="为什么用"):
        read_private(entry=household, field="phone", by=reader, at=now, reason=reason)

    assert not AccessLog.objects.exists()


def test_whoever_may_only_see_the_entry_does_not_read_it_in_full(
    household: Entry, clerk: User, outsider: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="隐私查看"):
        read_private(entry=household, field="phone", by=clerk, at=now, reason="通知领补助")
    with pytest.raises(NotVisible):
        read_private(entry=household, field="phone", by=outsider, at=now, reason="通知领补助")


def test_an_open_field_has_no_such_page(household: Entry, reader: User, now: datetime) -> None:
    with pytest.raises(NotVisible):
        read_private(entry=household, field="head", by=reader, at=now, reason="通知领补助")


def test_after_erasing_the_key_nothing_can_be_read(
    household: Entry, reader: User, now: datetime
) -> None:
    privacy.erase(household.pk)

    assert privacy.read(household.pk, "phone") is None
    with pytest.raises(UserError, match="已按保存期限销毁"):
        read_private(entry=household, field="phone", by=reader, at=now, reason="通知领补助")


def test_a_sealed_value_cannot_be_moved_to_another_entry(
    household: Entry, make_entry: Callable[..., Entry]
) -> None:
    other = make_entry(values={"phone": "13900139000"})
    key, value = EntryKey.objects.get(entry=household), PrivateValue.objects.get(entry=household)
    EntryKey.objects.filter(entry=other).update(wrapped=key.wrapped)
    PrivateValue.objects.filter(entry=other).update(sealed=value.sealed)

    with pytest.raises(InvalidTag):
        privacy.read(other.pk, "phone")


def test_the_same_value_is_sealed_differently_each_time(
    household: Entry, make_entry: Callable[..., Entry]
) -> None:
    other = make_entry(values={"phone": PHONE})

    sealed = {
        bytes(row.sealed) for row in PrivateValue.objects.filter(entry__in=[household, other])
    }

    assert len(sealed) == 2
    assert not any(PHONE.encode() in text for text in sealed)


def test_clearing_deletes_every_earlier_state(household: Entry) -> None:
    privacy.put(household.pk, {"phone": "13900139000"})

    privacy.clear(household.pk, ["phone"])

    assert not PrivateValue.objects.exists()


@pytest.mark.parametrize(
    ("kind", "text", "masked"),
    [
        ("phone", "13800138000", "138****8000"),
        ("id_card", "110101199003078494", "110101********8494"),
        ("bank_card", "6222021234567890123", "***************0123"),
        ("phone", "6101234", "已遮住"),
        ("text", "胆囊炎", "已遮住"),
        ("money", "1200.00", "已遮住"),
    ],
)
def test_masking_keeps_what_tells_two_numbers_apart(kind: str, text: str, masked: str) -> None:
    field = Field(name="x", label="栏", type=kind, private=True)  # type: ignore[arg-type]

    assert mask(field, text) == masked
