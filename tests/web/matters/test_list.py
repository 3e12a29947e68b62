"""The list of matters: what waits for me, for whom one covers, what waits for nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Absence, Place, User
from qianxian.ledgers.models import Entry
from tests.unit.matters.office import MakeMatter, Office
from tests.web.matters.browser import SignIn, at_state, url


def test_the_list_opens_with_what_waits_for_me_and_narrows(
    make_matter: MakeMatter, office: Office, start: datetime, village: Place, as_user: SignIn
) -> None:
    mine, theirs, ended = make_matter(), make_matter(), make_matter()
    at_state(theirs, office, "completed", start)
    at_state(ended, office, "accepted", start)
    client = as_user(office.a["village_clerk"])

    def titles(**conditions: str) -> set[str]:
        answer = client.get(reverse("matters:list"), conditions)
        assert answer.status_code == 200
        return {row.title for row in answer.context["found"].rows}

    assert titles() == {mine.title}
    assert titles(scope="open") == {mine.title, theirs.title}
    assert titles(scope="closed") == {ended.title}
    assert titles(scope="open", state="completed") == {theirs.title}
    assert titles(scope="open", village=village.pk) == {mine.title, theirs.title}
    assert titles(scope="open", village="nowhere", state="flying") == {mine.title, theirs.title}
    assert titles(scope="overdue") == titles(scope="cancelled") == set()
    assert titles(scope="open", page="99") == {mine.title, theirs.title}


def test_the_list_marks_what_one_covers_for_another(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    today = timezone.localdate()
    Absence.objects.create(user=office.a["village_clerk"], first_day=today, last_day=today)
    client = as_user(office.b["village_clerk"])

    assert "代岗" in client.get(reverse("matters:list")).content.decode()
    assert "由你代何春桃办" in client.get(url("matter", matter)).content.decode()


@pytest.mark.parametrize(
    ("address", "after_a_save", "again"), [("/", 26, 15), ("/matters/", 25, 11)]
)
def test_the_queries_of_a_page_do_not_grow_with_its_matters_and_counts_are_kept_until_a_save(
    address: str,
    after_a_save: int,
    again: int,
    make_matter: MakeMatter,
    office: Office,
    as_user: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = as_user(office.a["village_clerk"])
    for _ in range(12):
        made = make_matter()

    with django_assert_max_num_queries(after_a_save):
        first = client.get(address).content.decode()
    with django_assert_max_num_queries(again):
        second = client.get(address).content.decode()
    office.take(made, "declare", timezone.now())
    third = client.get(address).content.decode()

    assert first.count('class="matter-title"') == second.count('class="matter-title"') == 12
    assert second.count("<span>已摸排</span>") == 12
    assert third.count("<span>已摸排</span>") < 12


def test_matters_that_wait_for_nobody_have_a_tab_and_get_a_post(
    make_matter: MakeMatter,
    office: Office,
    other_village: Place,
    make_place: Callable[..., Place],
    make_post: Callable[..., Any],
    chief_clerk: User,
    as_user: SignIn,
) -> None:
    lost = make_matter(place=make_place("一组", parent=other_village))
    client = as_user(chief_clerk)
    assert lost.title in client.get(reverse("matters:list"), {"scope": "unrouted"}).content.decode()
    post = make_post(duty="village_clerk", place=other_village)

    client.post(reverse("matters:route"))

    lost.refresh_from_db()
    assert lost.post == post


def test_a_date_of_next_year_is_told_with_its_year(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    """A limit that ends after New Year would else be read as long past."""
    at = timezone.make_aware(datetime(date.today().year - 1, 12, 20, 9, 0))  # noqa: DTZ001, DTZ011
    office.take(matter, "declare", at)

    text = as_user(office.a["village_clerk"]).get(url("matter", matter)).content.decode()

    assert f"{at.year}年12月20日" in text
