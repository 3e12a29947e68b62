"""What a hostile or clumsy person sends by hand: it is refused by a sentence, and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client, RequestFactory

from qianxian.core.accounts import is_local
from qianxian.core.errors import UserError
from qianxian.core.models import Place, User
from qianxian.indicators.models import Target
from qianxian.indicators.services import set_targets
from qianxian.ledgers.models import Attestation, Entry
from qianxian.plans.forms import TaskForm
from qianxian.plans.models import Plan
from qianxian_documents import heading_number
from qianxian_figures import BadPeriod, Period

YEAR = Period.of("2026")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "text", ["0000", "0000-01", "0001", "0999", "9999", "0001-01-01/9999-12-31", "2200-01"]
)
def test_a_year_at_the_end_of_the_calendar_is_no_period(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.of(text)


@pytest.mark.parametrize("text", ["0000", "9999", "1900-01-01/2199-12-31"])
def test_a_figure_of_an_absurd_period_is_not_there(clerk: User, township: Place, text: str) -> None:
    client = signed_in(clerk)

    page = client.get(f"/figures/toilets_completed/{township.code}/{text}/")
    asked = client.get("/figures/", {"q": "改厕", "period": text, "place": township.code})
    checked = client.get("/ledgers/attestation/check/", {"month": "0000"})

    assert (page.status_code, asked.status_code, checked.status_code) == (404, 404, 200)


@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000])
def test_a_commit_number_that_is_none_is_left_out(
    clerk: User, township: Place, number: str
) -> None:
    page = signed_in(clerk).get(
        f"/figures/toilets_completed/{township.code}/2026/", {"as_of": number}
    )

    assert page.status_code == 200


def test_a_county_has_no_page_of_a_figure(clerk: User, county: Place) -> None:
    page = signed_in(clerk).get(f"/figures/toilets_completed/{county.code}/2026/")

    assert page.status_code == 404


@pytest.mark.parametrize("version", ["abc", "²", "", "9" * 5000])
def test_removing_with_a_version_that_is_none_removes_nothing(
    clerk: User, make_entry: Callable[..., Entry], version: str
) -> None:
    entry = make_entry()

    answer = signed_in(clerk).post(
        f"/ledgers/{entry.ledger}/{entry.pk}/remove/", {"reason": "重了", "version": version}
    )

    entry.refresh_from_db()
    assert (answer.status_code, entry.deleted) == (422, False)


@pytest.mark.parametrize("text", ["2025-01-05/2025-01-06", "2025", "2025-Q1"])
def test_only_a_period_of_the_ledger_is_attested(
    village_clerk: User, village: Place, text: str
) -> None:
    answer = signed_in(village_clerk).post(
        "/ledgers/attestation/attest/",
        {"ledger": "cleanup", "village": village.code, "period": text},
    )

    assert answer.status_code == 404
    assert not Attestation.objects.exists()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+12", "9" * 400])
def test_a_target_that_no_page_could_add_up_is_refused(
    clerk: User, township: Place, now: datetime, value: str
) -> None:
    with pytest.raises(UserError):
        set_targets(
            indicator_id="cleanup_activities",
            period=YEAR,
            values={township: Decimal(value)},
            by=clerk,
            at=now,
        )

    assert not Target.objects.exists()


def test_a_curve_of_what_are_no_numbers_is_refused(
    clerk: User, township: Place, now: datetime
) -> None:
    with pytest.raises(UserError):
        set_targets(
            indicator_id="cleanup_activities",
            period=YEAR,
            values={township: Decimal(100)},
            curve=[Decimal("NaN")] * 12,
            by=clerk,
            at=now,
        )


def test_a_task_form_says_at_the_field_that_a_number_is_too_long(township: Place) -> None:
    plan = Plan(place=township, start=YEAR.start, end=YEAR.end, title="计划")

    form = TaskForm(
        {"text": "清洁", "indicator": "cleanup_activities", "value": "9" * 400}, plan=plan
    )

    assert "value" in form.errors


def test_the_thousandth_heading_has_a_number() -> None:
    assert heading_number(1, 1000) == "1000、"


def test_nul_in_an_address_or_a_form_is_refused_by_a_sentence(clerk: User, village: Place) -> None:
    client = signed_in(clerk)

    answers = [
        client.get("/search/", {"q": "李\0"}),
        client.get("/figures/toilets_completed/43\0/2026/"),
        client.post("/ledgers/attestation/attest/", {"village": "\0"}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert all("打不出来的符号" in answer.content.decode() for answer in answers)


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"]
)
def test_what_came_through_a_proxy_is_not_local(rf: RequestFactory, header: str) -> None:
    request = rf.get("/sign-in/", REMOTE_ADDR="127.0.0.1", headers={})
    assert is_local(request)

    request.META[header] = "for=10.0.0.9"

    assert not is_local(request)
