"""The pages on which villages report complete and the township checks."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from qianxian.core.models import Place, User
from qianxian.ledgers.models import Attestation, Entry

SWEPT = {"held_on": "2026-10-20", "kind": "大扫除"}
AsUser = Callable[[User], Client]


def said(village: Place, **more: str) -> dict[str, str]:
    return {"ledger": "cleanup", "village": village.code, "period": "2026-10", **more}


def test_a_village_sees_what_is_due_first_and_reports_it(
    as_user: AsUser, village_clerk: User, make_entry: Callable[..., Entry], village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)
    client, url = as_user(village_clerk), reverse("ledgers:attestation")

    before = client.get(url).content.decode()
    client.post(reverse("ledgers:attest"), said(village))
    after = client.get(url).content.decode()

    assert before.index("还要报的") < before.index("1 条，报齐")
    assert "等镇里核" in after
    assert Attestation.objects.get().is_zero is False


def test_where_nothing_was_recorded_the_button_says_zero_report(
    as_user: AsUser, village_clerk: User, village: Place
) -> None:
    client = as_user(village_clerk)

    page = client.get(reverse("ledgers:attestation")).content.decode()
    client.post(reverse("ledgers:attest"), said(village, zero="1"))

    assert "零报告" in page
    assert Attestation.objects.get().is_zero


def test_a_refusal_of_the_service_stands_on_the_page(
    as_user: AsUser, village_clerk: User, make_entry: Callable[..., Entry], village: Place
) -> None:
    make_entry("cleanup", SWEPT, place=village)

    page = as_user(village_clerk).post(
        reverse("ledgers:attest"), said(village, zero="1"), follow=True
    )

    assert "已经记了1条，不能报零" in page.content.decode()
    assert not Attestation.objects.exists()


def test_what_is_not_ones_own_is_not_there(
    as_user: AsUser, village_clerk: User, other_village: Place, village: Place
) -> None:
    client, url = as_user(village_clerk), reverse("ledgers:attest")

    answers = [
        client.post(url, form).status_code
        for form in (
            said(other_village),
            said(village, ledger="nothing"),
            {**said(village), "village": "1"},
            said(village, period="immer"),
        )
    ]

    assert answers == [404, 404, 404, 404]
    assert client.get(reverse("ledgers:check")).status_code == 404


def test_the_township_sees_who_is_missing_checks_and_sends_back(
    as_user: AsUser,
    clerk: User,
    village_clerk: User,
    village: Place,
    other_village: Place,
) -> None:
    as_user(village_clerk).post(reverse("ledgers:attest"), said(village, zero="1"))
    client, page = as_user(clerk), reverse("ledgers:check") + "?month=2026-10"
    decide = reverse("ledgers:decide", args=[Attestation.objects.get().pk])

    shown = client.get(page).content.decode()
    checked = client.post(decide, {"next": page})
    locked = client.get(page).content.decode()
    unexplained = client.post(decide, {"back": "1", "reason": "", "next": page}, follow=True)
    client.post(decide, {"back": "1", "reason": "少记了一次", "next": page})
    returned = client.get(page).content.decode()

    assert "1/2 村已报齐" in shown
    assert "没报齐：石桥村" in shown
    assert checked["Location"] == page
    assert "王秀英 11月18日 10:30" in locked
    assert "还没写为什么退回" in unexplained.content.decode()
    assert "退回： 少记了一次" in returned


def test_checking_leads_back_to_this_site_only(
    as_user: AsUser, clerk: User, village_clerk: User, village: Place
) -> None:
    as_user(village_clerk).post(reverse("ledgers:attest"), said(village, zero="1"))
    decide = reverse("ledgers:decide", args=[Attestation.objects.get().pk])

    response = as_user(clerk).post(decide, {"next": "https://example.org/"})

    assert response["Location"] == reverse("ledgers:check")


def test_a_village_does_not_decide(
    as_user: AsUser, village_clerk: User, outsider: User, village: Place
) -> None:
    as_user(village_clerk).post(reverse("ledgers:attest"), said(village, zero="1"))
    decide = reverse("ledgers:decide", args=[Attestation.objects.get().pk])

    as_user(village_clerk).post(decide)

    assert Attestation.objects.get().checked_at is None
    assert as_user(outsider).post(decide).status_code == 404
    unknown = reverse("ledgers:decide", args=[999])
    assert as_user(village_clerk).post(unknown).status_code == 404


def test_whoever_only_checks_is_led_to_the_check(
    as_user: AsUser, clerk: User, village: Place
) -> None:
    response = as_user(clerk).get(reverse("ledgers:attestation"))

    assert response["Location"] == reverse("ledgers:check")
