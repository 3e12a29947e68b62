"""Pages of writing a report."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Place, User
from qianxian.reports import services
from qianxian.reports.models import Report, SourceReport
from tests.unit.reports.office import READY, accept_toilets

# Each test computes a report or two, which takes longer than 0.1 s.
pytestmark = pytest.mark.slow

SignIn = Callable[[User], Client]


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def url_of(name: str, report: Report, *args: str) -> str:
    return reverse(f"reports:{name}", args=[report.pk, *args])


@pytest.fixture
def published(ready: Report, leader: User, now: datetime) -> Report:
    return services.publish_report(report=ready, by=leader, at=now)


def test_the_list_shows_what_is_written_sent_out_and_read(
    sign_in: SignIn, writer: User, draft: Report, source: SourceReport
) -> None:
    text = page(sign_in(writer), reverse("reports:index"))

    assert draft.title in text
    assert source.title in text
    assert "写新报告" in text


def test_the_list_asks_the_database_a_fixed_number_of_times(
    sign_in: SignIn,
    writer: User,
    draft: Report,
    township: Place,
    now: datetime,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = sign_in(writer)
    with django_assert_max_num_queries(18) as first:
        client.get(reverse("reports:index"))
    services.draft_report(place=township, period=draft.period, by=writer, at=now)

    with django_assert_num_queries(len(first)):
        client.get(reverse("reports:index"))


def test_who_sees_no_reports_is_told_whom_to_ask(sign_in: SignIn, outsider: User) -> None:
    text = page(sign_in(outsider), reverse("reports:index"))

    assert "报告不归你的岗位看" in text
    assert "写新报告" not in text


def test_a_draft_is_begun_in_the_words_of_an_old_report(
    sign_in: SignIn, writer: User, township: Place, source: SourceReport
) -> None:
    client = sign_in(writer)
    assert f'value="{source.pk}" selected' in page(
        client, f"{reverse('reports:write')}?base={source.pk}"
    )

    response = client.post(
        reverse("reports:write"),
        {"base": source.pk, "period": f"{timezone.localdate().year}", "place": township.code},
    )

    report = Report.objects.get()
    assert response["Location"] == report.get_absolute_url()
    assert report.base == source


def test_a_red_head_without_an_issuer_is_said_at_the_field(
    sign_in: SignIn, writer: User, township: Place
) -> None:
    given = {
        "period": f"{timezone.localdate().year}",
        "place": township.code,
        "has_letterhead": "on",
    }

    response = sign_in(writer).post(reverse("reports:write"), given)

    assert response.status_code == 422
    assert "红头要有发文机关" in response.content.decode()


def test_the_draft_shows_threads_what_is_missing_and_why_it_waits(
    sign_in: SignIn, writer: User, draft: Report
) -> None:
    text = page(sign_in(writer), draft.get_absolute_url())

    assert re.search(
        r'<a class="fig( chosen)?" href="\?figure=toilets_renovated#figure">5户</a>', text
    )
    assert 'class="fig missing' in text
    assert "还不能印发" in text
    assert "去年的话，今年还对不对" in text


def test_the_pressed_figure_is_told_beside_the_text(
    sign_in: SignIn, writer: User, draft: Report
) -> None:
    text = page(sign_in(writer), f"{draft.get_absolute_url()}?figure=toilets_renovated")

    assert "农村户厕改造台账：验收日期在期间内的记录，数个数" in text
    assert "5 条记录" in text
    assert "没报齐：清水村" in text


def test_the_draft_asks_the_database_a_bounded_number_of_times(
    sign_in: SignIn, writer: User, draft: Report, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(writer)

    with django_assert_max_num_queries(60):
        client.get(draft.get_absolute_url())


def test_a_moved_figure_is_shown_and_accepted(
    sign_in: SignIn, writer: User, ready: Report, group: Place, now: datetime
) -> None:
    accept_toilets(1, date(2026, 6, 20), group, now)
    client = sign_in(writer)

    text = page(client, ready.get_absolute_url())
    assert "数变了" in text
    assert "知道了，用 6户" in text
    assert "王秀英" in text

    text = client.post(url_of("seen", ready), follow=True).content.decode()
    assert "数变了" not in text


def test_both_figures_of_last_year_are_shown_and_one_is_chosen(
    sign_in: SignIn, writer: User, ready: Report, township: Place, now: datetime
) -> None:
    old = "青禾镇2025年上半年工作总结\n一、上半年工作完成情况\n完成改厕2户，群众很满意。"
    services.read_report(data=old.encode(), name="去年.txt", place=township, by=writer, at=now)
    services.accept_figures(report=ready, by=writer, at=now)
    client = sign_in(writer)

    text = page(client, f"{ready.get_absolute_url()}?figure=toilets_renovated.growth")
    assert "印发的 <b>2户</b>，台账重算 <b>4户</b>" in text
    assert "“完成改厕2户，群众很满意。”" in text

    url = url_of("base", ready, "toilets_renovated.growth")
    text = client.post(url, {"choice": "computed"}, follow=True).content.decode()
    assert "同比按重算的算" in text


def test_words_are_edited_and_a_bad_slot_is_said_at_the_field(
    sign_in: SignIn, writer: User, ready: Report
) -> None:
    client = sign_in(writer)
    assert "toilets_renovated" in page(client, url_of("edit", ready))
    given = {"title": "新标题", "version": ready.version, "issuer": "", "number": ""}

    refused = client.post(url_of("edit", ready), {**given, "template": "改厕{{ what }}。"})
    assert refused.status_code == 422
    assert "没有“what”这个指标" in refused.content.decode()
    assert "改厕{{ what }}。" in refused.content.decode()

    saved = client.post(url_of("edit", ready), {**given, "template": READY + "好。"}, follow=True)
    assert "新标题" in saved.content.decode()

    late = client.post(url_of("edit", ready), {**given, "template": READY})
    assert late.status_code == 422
    assert "存过这份稿" in late.content.decode()


def test_a_finding_is_corrected_dismissed_and_listed_again(
    sign_in: SignIn, writer: User, ready: Report, now: datetime
) -> None:
    services.edit_draft(
        report=ready,
        version=ready.version,
        template=READY + "\n同乡村振兴有限衔接，工作关键词2好。\n",
        by=writer,
        at=now,
    )
    client = sign_in(writer)
    text = page(client, ready.get_absolute_url())

    apply = re.search(r'action="([^"]*/apply/)"', text)
    assert apply
    text = client.post(apply[1], follow=True).content.decode()
    assert "有效衔接" in text

    dismiss = re.search(r'action="([^"]*/dismiss/)"', text)
    assert dismiss
    text = client.post(dismiss[1], {"reason": "原话"}, follow=True).content.decode()
    assert "陈文：原话" in text

    restore = dismiss[1].replace("/dismiss/", "/restore/")
    text = client.post(restore, follow=True).content.decode()
    assert "陈文：原话" not in text


def test_publishing_says_what_is_in_the_way(sign_in: SignIn, leader: User, draft: Report) -> None:
    text = sign_in(leader).post(url_of("publish", draft), follow=True).content.decode()

    assert "还不能印发" in text
    draft.refresh_from_db()
    assert not draft.is_published


def test_a_ready_report_is_published_and_frozen(
    sign_in: SignIn, leader: User, ready: Report
) -> None:
    client = sign_in(leader)
    assert "印发这份报告？" in page(client, ready.get_absolute_url())

    text = client.post(url_of("publish", ready), follow=True).content.decode()

    assert "文字和数字从此不变" in text
    ready.refresh_from_db()
    assert ready.docx_digest in text


def test_who_may_not_publish_is_told_who_does(sign_in: SignIn, writer: User, ready: Report) -> None:
    client = sign_in(writer)

    assert "印发归领导" in page(client, ready.get_absolute_url())
    assert client.post(url_of("publish", ready)).status_code == 403


def test_the_published_page_marks_what_moved_since(
    sign_in: SignIn, leader: User, published: Report, group: Place, now: datetime
) -> None:
    accept_toilets(1, date(2026, 6, 20), group, now)

    text = page(sign_in(leader), published.get_absolute_url())

    assert "印发以后，台账里有数变了" in text
    assert re.search(r'class="fig stale chosen"[^>]*>5户</a>', text)
    assert "5户 → 6户" in text


def test_what_went_out_stays_readable_when_a_definition_is_gone(
    sign_in: SignIn, leader: User, published: Report
) -> None:
    Report.objects.filter(pk=published.pk).update(template="改厕{{ no_longer_there }}。")

    assert "全镇完成改厕" in page(sign_in(leader), published.get_absolute_url())


def test_files_of_a_draft_and_of_a_published_report(
    sign_in: SignIn, writer: User, published: Report, draft: Report
) -> None:
    client = sign_in(writer)

    frozen = client.get(url_of("docx", published))
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(frozen.content)).namelist()
    assert client.get(url_of("text", published)).content.decode() == published.text
    assert client.get(url_of("docx", draft)).content.startswith(b"PK")
    assert "【核对：" in client.get(url_of("text", draft)).content.decode()


def test_a_figure_leads_to_its_records_as_they_were(
    sign_in: SignIn, writer: User, published: Report, group: Place, now: datetime
) -> None:
    accept_toilets(1, date(2026, 6, 20), group, now)

    text = page(sign_in(writer), url_of("figure", published, "toilets_renovated"))

    assert "共 5 条" in text
    assert text.count("清水村 三组") >= 5


def test_rows_are_only_counted_for_who_may_not_see_them(
    sign_in: SignIn,
    make_user: Callable[..., User],
    township: Place,
    published: Report,
) -> None:
    reader = make_user(role="office_clerk", place=township, line="party")

    text = page(sign_in(reader), url_of("figure", published, "toilets_renovated"))

    assert "共 5 条，这一页有 5 条不归你的岗位看" in text
    assert "户0" not in text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("toilets_renovated.next_target", "这是计划里定的任务"),
        ("toilets_renovated.progress", "完成 ÷ 任务"),
        ("toilets_renovated.growth", "（今年 − 去年同期）÷ 去年同期"),
    ],
)
def test_each_form_says_where_it_comes_from(
    key: str, words: str, sign_in: SignIn, writer: User, ready: Report
) -> None:
    assert words in page(sign_in(writer), url_of("figure", ready, key))


def test_a_figure_that_the_report_does_not_have_is_not_found(
    sign_in: SignIn, writer: User, ready: Report
) -> None:
    page(sign_in(writer), url_of("figure", ready, "toilets_completed"), 404)


def test_outside_of_the_grant_nothing_is_there(
    sign_in: SignIn, outsider: User, ready: Report
) -> None:
    client = sign_in(outsider)
    key = "toilets_renovated"

    for name, args in (
        ("report", []),
        ("edit", []),
        ("docx", []),
        ("text", []),
        ("figure", [key]),
    ):
        page(client, url_of(name, ready, *args), 404)
    page(client, reverse("reports:write"), 404)
    for name, args in (
        ("seen", []),
        ("publish", []),
        ("base", [key]),
        ("dismiss", ["x-1"]),
        ("restore", ["x-1"]),
        ("apply", ["x-1"]),
    ):
        assert client.post(url_of(name, ready, *args)).status_code == 404
