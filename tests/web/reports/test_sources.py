"""Pages of reading an old report."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Place, User
from qianxian.plans.models import Task
from qianxian.reports.models import SourceReport
from tests.unit.reports.office import OLD_NAME, OLD_REPORT

# Each test computes a report or two, which takes longer than 0.1 s.
pytestmark = pytest.mark.slow

SignIn = Callable[[User], Client]
FAULTY = OLD_REPORT.replace("栽树350棵", "栽树350棵，关键词2")


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def handed_in(client: Client, place: Place, **given: Any) -> Any:
    return client.post(reverse("reports:read"), {"place": place.code, "period": "", **given})


def test_a_file_is_read_and_its_page_shown(sign_in: SignIn, writer: User, township: Place) -> None:
    client = sign_in(writer)
    file = SimpleUploadedFile(OLD_NAME, OLD_REPORT.encode("gb18030"))

    response = handed_in(client, township, file=file)

    source = SourceReport.objects.get()
    assert response.status_code == 302
    assert response["Location"] == source.get_absolute_url()
    text = page(client, response["Location"])
    assert "青禾镇2025年工作总结和2026年工作打算" in text
    assert re.search(r'<mark class="m-fig">4户</mark>', text)


def test_pasted_text_is_read_too(sign_in: SignIn, writer: User, township: Place) -> None:
    response = handed_in(sign_in(writer), township, text=OLD_REPORT)

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "还没选文件，也没粘文字"),
        ({"file": SimpleUploadedFile("总结.doc", b"x")}, "另存为 .docx"),
        ({"file": SimpleUploadedFile("总结.docx", b"x")}, "打不开"),
        ({"text": "改厕4户，大家都很高兴。"}, "看不出这份报告写的是哪一年"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(
    given: dict[str, Any], sentence: str, sign_in: SignIn, writer: User, township: Place
) -> None:
    response = handed_in(sign_in(writer), township, **given)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not SourceReport.objects.exists()


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("findings", "疑点"),
        ("tasks", "放进计划"),
        ("figures", "指标：改（新）建农村户用厕所"),
    ],
)
def test_each_list_stands_beside_the_text(
    tab: str, words: str, sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    text = page(sign_in(writer), f"{source.get_absolute_url()}?tab={tab}")

    assert words in text
    assert '<mark class="m-fig">4户</mark>' in text


def test_a_list_that_does_not_exist_is_not_found(
    sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    page(sign_in(writer), f"{source.get_absolute_url()}?tab=other", 404)


def test_every_figure_of_the_table_leads_to_its_place(
    sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    text = page(sign_in(writer), f"{source.get_absolute_url()}?tab=figures")

    links = set(re.findall(r'href="#(g\d+)"', text))
    anchors = set(re.findall(r'id="(g\d+)"', text))
    assert links
    assert links <= anchors


def test_the_page_asks_the_database_a_fixed_number_of_times(
    sign_in: SignIn,
    writer: User,
    source: SourceReport,
    django_assert_max_num_queries: Any,
) -> None:
    client = sign_in(writer)

    with django_assert_max_num_queries(16):
        client.get(source.get_absolute_url())


@pytest.fixture
def faulty(sign_in: SignIn, writer: User, township: Place) -> SourceReport:
    handed_in(sign_in(writer), township, text=FAULTY)
    return SourceReport.objects.get()


def dismiss_url(text: str) -> str:
    found = re.search(r'action="([^"]*/dismiss/)"', text)
    assert found
    return found[1]


def test_a_finding_is_dismissed_with_a_reason_and_taken_back(
    sign_in: SignIn, writer: User, faulty: SourceReport
) -> None:
    client = sign_in(writer)
    text = page(client, faulty.get_absolute_url())
    assert "模板标记没有替换" in text
    assert 'id="t1"' in text

    url = dismiss_url(text)
    text = client.post(url, {"reason": ""}, follow=True).content.decode()
    assert "还没写为什么不是问题" in text

    text = client.post(url, {"reason": "原文如此"}, follow=True).content.decode()
    assert "陈文：原文如此" in text
    assert 'id="t1"' not in text

    url = url.replace("/dismiss/", "/restore/")
    text = client.post(url, follow=True).content.decode()
    assert 'id="t1"' in text


def test_matched_tasks_go_into_the_plan_with_one_press(
    sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    client = sign_in(writer)

    response = client.post(reverse("reports:accept_matched", args=[source.pk]), follow=True)

    text = response.content.decode()
    assert "2 项任务进了计划" in text
    assert text.count("已进计划") == 2
    assert set(Task.objects.values_list("indicator", flat=True)) == {
        "toilets_renovated",
        "cleanup_activities",
    }


def test_one_task_is_looked_at_first(sign_in: SignIn, writer: User, source: SourceReport) -> None:
    client = sign_in(writer)
    url = reverse("reports:task", args=[source.pk, 0])
    assert "完成改厕6户" in page(client, url)

    given = {
        "text": "改厕",
        "indicator": "toilets_renovated",
        "value": "",
        "lead": "",
        "due_on": "",
    }
    refused = client.post(url, given)
    assert refused.status_code == 422
    assert "还没写要完成多少" in refused.content.decode()

    done = client.post(url, {**given, "value": "7", "due_on": "2026-11-30"})
    assert done.status_code == 302
    task = Task.objects.get()
    assert (task.text, str(task.due_on)) == ("改厕", "2026-11-30")


def test_a_task_that_the_plan_has_already_is_said_on_the_form(
    sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    client = sign_in(writer)
    given = {"text": "改厕", "indicator": "toilets_renovated", "value": "7"}
    client.post(reverse("reports:task", args=[source.pk, 0]), given)

    again = client.post(reverse("reports:task", args=[source.pk, 1]), given)

    assert again.status_code == 422
    assert "计划里已经有" in again.content.decode()


def test_the_file_comes_back_as_an_attachment(
    sign_in: SignIn, writer: User, source: SourceReport
) -> None:
    response = sign_in(writer).get(reverse("reports:source_file", args=[source.pk]))

    assert response.content == OLD_REPORT.encode()
    assert response["Content-Disposition"].startswith("attachment")


def test_outside_of_the_grant_nothing_is_there(
    sign_in: SignIn, outsider: User, source: SourceReport
) -> None:
    client = sign_in(outsider)
    key = "0" * 20 + "-1"

    for name in ("source", "source_file"):
        page(client, reverse(f"reports:{name}", args=[source.pk]), 404)
    page(client, reverse("reports:task", args=[source.pk, 0]), 404)
    page(client, reverse("reports:read"), 404)
    for name, args in (
        ("accept_matched", []),
        ("source_dismiss", [key]),
        ("source_restore", [key]),
    ):
        assert client.post(reverse(f"reports:{name}", args=[source.pk, *args])).status_code == 404


def test_who_may_not_write_may_still_plan(
    sign_in: SignIn, leader: User, faulty: SourceReport
) -> None:
    client = sign_in(leader)
    text = page(client, faulty.get_absolute_url())

    assert "/dismiss/" not in text
    key = "0" * 20 + "-1"
    url = reverse("reports:source_dismiss", args=[faulty.pk, key])
    assert client.post(url, {"reason": "没事"}).status_code == 403
    assert client.post(reverse("reports:accept_matched", args=[faulty.pk])).status_code == 302
    assert Task.objects.count() == 2


def test_without_signing_in_every_page_leads_to_the_door(source: SourceReport) -> None:
    response = Client().get(source.get_absolute_url())

    assert response.status_code == 302
    assert "sign-in" in response["Location"]
