"""Pages of imports: hand in, watch, look through, land, undo; nobody else sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Grant, Place, User
from qianxian.imports import jobs
from qianxian.imports.models import ImportRun
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from qianxian_tables import open_book
from tests.unit.imports.conftest import checked, cleanup, household, landed, toilets, workbook

__all__ = ["checked", "cleanup", "household", "landed", "toilets"]

pytestmark = pytest.mark.django_db

HEAD = ["村", "日期", "做什么", "参加人次", "心情"]
ROWS: list[list[Any]] = [
    HEAD,
    ["清水村", "2026-11-03", "大扫除", 23, "好"],
    ["清水村", "2026-11-32", "大扫除", 20, "好"],
]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime, village: Place) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def client(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def hand_in(client: Client, rows: list[list[Any]] = ROWS) -> ImportRun:
    response = client.post(
        reverse("imports:new", args=["cleanup"]),
        {"file": SimpleUploadedFile("十一月.xlsx", workbook(rows))},
    )
    assert response.status_code == 302
    run = ImportRun.objects.latest("pk")
    jobs.check_import.call(run.pk, run.check_number)
    return run


def text(response: Any) -> str:
    return str(response.content.decode())


def test_whoever_handed_the_post_on_no_longer_opens_the_import(
    client: Client, clerk: User, cleanup: Ledger
) -> None:
    run = hand_in(client)
    assert client.get(run.get_absolute_url()).status_code == 200

    Grant.objects.all().delete()

    assert client.get(run.get_absolute_url()).status_code == 404
    assert run.name not in text(client.get(reverse("imports:index")))


def test_from_the_file_to_the_ledger_and_back(client: Client) -> None:
    run = hand_in(client)

    preview = text(client.get(run.get_absolute_url()))
    assert "存入 1 行" in preview
    assert "B3" in preview
    assert "2026-11-32" in preview

    client.post(reverse("imports:land", args=[run.pk]))
    jobs.land_import.call(run.pk)
    assert Entry.objects.present().count() == 1
    assert "整笔撤回" in text(client.get(run.get_absolute_url()))

    client.post(reverse("imports:undo", args=[run.pk]))
    assert not Entry.objects.present().exists()
    assert "整笔撤回了" in text(client.get(run.get_absolute_url()))


def test_while_it_runs_the_page_asks_again_and_then_stops(client: Client) -> None:
    client.post(
        reverse("imports:new", args=["cleanup"]),
        {"file": SimpleUploadedFile("十一月.xlsx", workbook(ROWS))},
    )
    run = ImportRun.objects.get()
    asked = reverse("imports:progress", args=[run.pk])

    assert client.get(asked).status_code == 200
    assert asked in text(client.get(run.get_absolute_url()))
    jobs.check_import.call(run.pk, run.check_number)

    response = client.get(asked)
    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_an_unknown_column_is_asked_about_and_the_choice_is_used(client: Client) -> None:
    run = hand_in(client)
    assert "E列“心情”" in text(client.get(run.get_absolute_url()))

    client.post(reverse("imports:choose", args=[run.pk]), {"column:心情": "field:note"})
    run.refresh_from_db()
    jobs.check_import.call(run.pk, run.check_number)
    client.post(reverse("imports:land", args=[run.pk]))
    jobs.land_import.call(run.pk)

    assert Entry.objects.get().data["note"] == "好"


def test_the_bad_rows_come_back_in_the_layout_of_the_file(client: Client) -> None:
    title = ["十一月清洁行动"]
    run = hand_in(client, [title, *ROWS])

    response = client.get(reverse("imports:bad", args=[run.pk]))

    sheet = open_book(response.content, "x.xlsx").sheets[0]
    assert sheet.value(1, 1) == "十一月清洁行动"
    assert list(sheet.rows[1]) == [*HEAD, "问题"]
    assert sheet.value(3, 2) == "2026-11-32"
    assert "原第 4 行" in str(sheet.value(3, 6))
    assert len(sheet.rows) == 3


def test_the_blank_workbook_holds_the_columns_and_is_read_back_whole(
    client: Client, clerk: User
) -> None:
    response = client.get(reverse("imports:blank", args=["cleanup"]))

    book = open_book(response.content, "空表.xlsx")
    assert list(book.sheets[0].rows[0])[:3] == ["村*", "日期*", "做什么*"]
    assert book.sheets[0].choices(3)[0] == "大扫除"
    page = text(client.get(reverse("imports:new", args=["cleanup"])))
    assert "清运垃圾（吨）" in page


def test_rows_and_cells_have_pages_of_their_own(client: Client) -> None:
    run = hand_in(client)

    good = text(client.get(reverse("imports:rows", args=[run.pk, "new"])))
    bad = text(client.get(reverse("imports:rows", args=[run.pk, "fault"])))
    cells = client.get(
        reverse("imports:cells", args=[run.pk]), {"code": "bad_date", "label": "日期"}
    )

    assert "23" in good
    assert "B3" in bad
    assert "2026-11-32" in text(cells)


def test_a_refused_file_is_told_at_its_field(client: Client) -> None:
    response = client.post(reverse("imports:new", args=["cleanup"]))

    assert response.status_code == 422
    assert "还没选文件" in text(response)


@pytest.mark.parametrize("page", ["run", "progress", "bad", "land", "undo", "drop"])
def test_nobody_else_sees_an_import(
    client: Client, leader: User, page: str, make_user: Callable[..., User], township: Place
) -> None:
    run = hand_in(client)
    colleague = make_user("同事", role="office_clerk", place=township, line="environment")
    other = Client()
    other.force_login(colleague)
    url = reverse(f"imports:{page}", args=[run.pk])

    response = other.post(url) if page in ("land", "undo", "drop") else other.get(url)

    assert response.status_code == 404
    run.refresh_from_db()
    assert run.state == "ready"


def test_who_may_not_record_gets_no_page_to_hand_in(leader: User) -> None:
    other = Client()
    other.force_login(leader)

    assert other.get(reverse("imports:new", args=["cleanup"])).status_code == 404


def test_a_dropped_import_leaves_the_list_and_the_ledger_alone(client: Client) -> None:
    run = hand_in(client)
    link = f'href="{run.get_absolute_url()}"'
    assert link in text(client.get(reverse("imports:index")))

    client.post(reverse("imports:drop", args=[run.pk]))

    assert link not in text(client.get(reverse("imports:index")))
    assert not Entry.objects.exists()


def test_the_list_of_a_ledger_leads_to_the_import(client: Client) -> None:
    page = text(client.get(reverse("ledgers:list", args=["cleanup"])))

    assert reverse("imports:new", args=["cleanup"]) in page
