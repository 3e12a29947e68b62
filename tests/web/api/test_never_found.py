"""No resident is found through a ledger with `profile: never`, by any way in or out.

Every such ledger of every pack gets an entry that holds the resident's name wherever a text can
hold it. Asked for by that name, each exit must say exactly what it says when asked for a name that
nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers.checks import step_fields
from qianxian.ledgers.filters import FilterForm, visible_places
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.unit.matters.conftest import standing_stage
from tests.unit.matters.test_every_flow import township, walker
from tests.unit.matters.walker import Walker
from tests.web.api.program import Program, program_of

__all__ = ["standing_stage", "township", "walker"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME, NOBODY = "欧阳若兰", "司徒无名"
NEVER = [ledger for ledger in catalogue().ledgers.values() if ledger.profile == "never"]


@dataclass
class Case:
    """The resident, and in each ledger the entry that must not lead to or from them."""

    reader: User
    program: Program
    browser: Client
    household: Entry
    resident: Entry
    hidden: dict[str, Entry]


@pytest.fixture
def case(walker: Walker, monkeypatch: pytest.MonkeyPatch) -> Case:
    ledgers = catalogue().ledgers
    household = walker.record(ledgers["household"], head=NAME)
    resident = walker.record(ledgers["resident"], name=NAME)
    hidden = {ledger.id: walker.record(ledger, **named(ledger)) for ledger in NEVER}
    monkeypatch.setattr(timezone, "now", lambda: walker.at)
    browser = Client()
    browser.force_login(walker.clerk)
    program = program_of(walker.clerk, at=walker.at)
    return Case(walker.clerk, program, browser, household, resident, hidden)


def named(ledger: Ledger) -> dict[str, Any]:
    own = step_fields(ledger)
    texts = [f.name for f in ledger.fields if f.type == "text" and f.name not in own]
    return {name: NAME for name in texts if name not in ledger.key}


def test_there_are_such_ledgers_and_they_point_to_nobody() -> None:
    assert len(NEVER) >= 3
    for ledger in NEVER:
        assert "name" not in ledger.find_by, ledger.id
        pointed = {ledger.subject, *(f.of for f in ledger.fields if f.type == "entry")} - {None}
        assert not any(catalogue().ledgers[str(name)].holds_people for name in pointed), ledger.id


def test_no_list_file_or_condition_finds_the_name(case: Case) -> None:
    for name, entry in case.hidden.items():
        ledger, on = catalogue().ledgers[name], timezone.localdate()
        url = reverse("ledgers:list", args=[name])
        for address in (url, reverse("ledgers:export", args=[name, "csv"])):
            asked, control = (
                case.browser.get(address, {"q": word}).content.decode().replace(word, "")
                for word in (NAME, NOBODY)
            )
            assert (str(entry.pk) in asked) == (str(entry.pk) in control), address
            assert asked.count("\n") == control.count("\n"), address
        places = visible_places(case.reader, Permission.ENTRY_VIEW, ledger.line, on)
        form = FilterForm(ledger, places, on, QueryDict())
        free = {
            key
            for key, field in form.fields.items()
            if type(field) is forms.CharField and key != "q"
        }
        assert not free, (name, free)


def test_the_api_does_not_find_it(case: Case) -> None:
    for name, entry in case.hidden.items():
        asked, control = (
            case.program.get(f"/ledgers/{name}/entries", q=word) for word in (NAME, NOBODY)
        )
        assert asked.status_code == control.status_code
        assert asked.json().get("rows") == control.json().get("rows"), name
        for person in (case.resident, case.household):
            answer = case.program.get(f"/ledgers/{name}/entries", subject=str(person.pk))
            assert answer.status_code == 422, name
        for field in named(catalogue().ledgers[name]):
            answer = case.program.get(f"/ledgers/{name}/entries", **{f"f_{field}": NAME})
            assert answer.status_code == 422, (name, field)
        assert case.program.get(f"/ledgers/{name}/entries/{entry.pk}").status_code == 200


def test_no_search_question_or_page_of_the_person_leads_there(case: Case) -> None:
    browser = case.browser
    pages = {
        "search": browser.get(reverse("search"), {"q": NAME}),
        "question": browser.get(reverse("indicators:ask"), {"q": NAME}),
        "household page": browser.get(reverse("ledgers:household", args=[case.household.pk])),
        "household": browser.get(case.household.get_absolute_url()),
        "resident": browser.get(case.resident.get_absolute_url()),
    }

    for way, page in pages.items():
        assert page.status_code == 200, way
        assert not shown_in(page, case), way
    assert str(case.household.pk) in pages["search"].content.decode()
    for way in ("household page", "household", "resident"):
        text = pages[way].content.decode()
        assert not [ledger.name for ledger in NEVER if ledger.name in text], way


def shown_in(page: Any, case: Case) -> set[str]:
    """The ledgers whose entry a page leads to."""
    text = page.content.decode()
    return {n for n, e in case.hidden.items() if str(e.pk) in text or e.pk.hex in text}


@pytest.mark.parametrize("said", ["{}来信访", "{}家的纠纷调好了", "走访{}", "{}"])
def test_no_sentence_leads_there(case: Case, said: str) -> None:
    """The page lists what its reader saved today, whatever the sentence; nothing comes in by it."""
    heard, control = (
        case.browser.post(reverse("intake:jot"), {"say": said.format(word)})
        for word in (NAME, NOBODY)
    )

    assert heard.status_code == 200
    assert shown_in(heard, case) == shown_in(control, case)
