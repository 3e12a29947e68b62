"""Pages of village workbooks: out, back, the diff, the confirmation; and who sees them."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Place, User
from qianxian.imports.workbooks.models import Handback, Workbook
from qianxian.ledgers.models import Entry
from tests.unit.imports.workbooks.conftest import Change, Sheet, change, cleanups

__all__ = ["change", "cleanups"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def village_client(village_clerk: User) -> Client:
    return signed_in(village_clerk)


def text(response: Any) -> str:
    return str(response.content.decode())


def download(client: Client, *villages: Place) -> Any:
    return client.post(
        reverse("imports:workbook_send", args=["cleanup"]),
        {"village": [village.pk for village in villages]},
    )


def hand_in(client: Client, sheet: Sheet, url: str = "") -> Any:
    return client.post(
        url or reverse("imports:workbooks"),
        {"file": SimpleUploadedFile("清水村.xlsx", sheet.data())},
    )


@pytest.fixture
def sheet(village_client: Client, cleanups: list[Entry], village: Place) -> Sheet:
    response = download(village_client, village)
    assert response.status_code == 200
    return Sheet(response.content)


def test_one_village_is_a_workbook_and_several_are_a_zip_with_readable_names(
    clerk: User, village: Place, other_village: Place, cleanups: list[Entry]
) -> None:
    client = signed_in(clerk)

    one = download(client, village)
    both = download(client, village, other_village)

    name = "%E6%B8%85%E6%B0%B4%E6%9D%91-%E6%9D%91%E5%BA%84%E6%B8%85%E6%B4%81%E8%A1%8C%E5%8A%A8"
    assert f"{name}-2026-11-18.xlsx" in one["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(both.content)).namelist() == [
        "清水村-村庄清洁行动-2026-11-18.xlsx",
        "石桥村-村庄清洁行动-2026-11-18.xlsx",
    ]


def test_the_list_says_who_has_not_returned(
    clerk: User, village: Place, other_village: Place, cleanups: list[Entry]
) -> None:
    client = signed_in(clerk)
    first = Sheet(download(client, village).content)
    download(client, other_village)

    assert "2 个村还没收回：清水村、石桥村" in text(client.get(reverse("imports:workbooks")))
    hand_in(client, first)
    page = text(client.get(reverse("imports:workbooks")))
    assert "1 个村还没收回：石桥村" in page
    assert "等你看" in page


def test_what_came_back_is_looked_at_confirmed_and_taken_back(
    village_client: Client, sheet: Sheet, cleanups: list[Entry]
) -> None:
    sheet.fill(sheet.day(3), field__people=30)
    sheet.fill(sheet.empty_row(), field__held_on="2026-11-9", field__kind="沟渠清理")
    response = hand_in(village_client, sheet)
    page = village_client.get(response.url)

    assert "<s>23 人次</s> → <b>30 人次</b>" in text(page)
    assert "沟渠清理" in text(page)
    token = page.context["token"]
    back = Handback.objects.get()
    done: Any = village_client.post(
        reverse("imports:handback_confirm", args=[back.pk]), {"token": token}
    )
    assert done.url == back.get_absolute_url()
    assert "改了 1 行，新的 1 行" in text(village_client.get(done.url))
    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 30

    village_client.post(reverse("imports:handback_undo", args=[back.pk]))

    assert Entry.objects.get(pk=cleanups[0].pk).data["people"] == 23
    assert "整笔撤回了" in text(village_client.get(done.url))


def test_a_conflict_that_nobody_decided_is_asked_and_nothing_chosen_is_lost(
    village_client: Client, sheet: Sheet, cleanups: list[Entry], change: Change
) -> None:
    sheet.fill(sheet.day(3), field__people=30, field__note="下过雨")
    sheet.fill(sheet.day(4), field__people=40)
    change(cleanups[0], people=31)
    change(cleanups[1], people=41)
    page = village_client.get(hand_in(village_client, sheet).url)
    back = Handback.objects.get()
    first, second = (f"{entry.pk.hex}" for entry in cleanups[:2])
    posted = {
        "token": page.context["token"],
        "leave": f"{first}:note",
        f"side:{first}:people": "theirs",
    }

    refused = village_client.post(reverse("imports:handback_confirm", args=[back.pk]), posted)

    assert refused.status_code == 422
    assert "还有 1 处两边都改过" in text(refused)
    assert f'name="side:{first}:people" value="theirs" checked' in text(refused)
    assert f'value="{first}:note" checked' in text(refused)
    posted[f"side:{second}:people"] = "ours"
    village_client.post(reverse("imports:handback_confirm", args=[back.pk]), posted)
    found = Entry.objects.get(pk=cleanups[0].pk).data
    assert (found["people"], "note" in found) == (30, False)
    assert Entry.objects.get(pk=cleanups[1].pk).data["people"] == 41


def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(
    village_client: Client, village: Place
) -> None:
    response = village_client.post(
        reverse("imports:workbooks"),
        {"file": SimpleUploadedFile("表.csv", "村,人\n清水村,3\n".encode())},
    )

    assert response.status_code == 422
    assert "认不出这是哪一份" in text(response)


def test_a_workbook_without_its_marks_comes_in_from_its_own_page(
    village_client: Client, sheet: Sheet
) -> None:
    del sheet.sheets["签名"]
    sheet.drop_column("key")
    book = Workbook.objects.get()

    response = hand_in(village_client, sheet, reverse("imports:workbook_back", args=[book.pk]))

    assert response.status_code == 302
    assert "编号那一列没有了" in text(village_client.get(response.url))


def test_another_villages_pages_are_not_there(
    village_client: Client, clerk: User, other_village: Place, outsider: User, sheet: Sheet
) -> None:
    township = signed_in(clerk)
    theirs = Sheet(download(township, other_village).content)
    book = Workbook.objects.latest("pk")
    back = hand_in(township, theirs)
    pk = Handback.objects.get().pk

    assert hand_in(village_client, theirs).status_code == 404
    assert village_client.get(back.url).status_code == 404
    assert village_client.get(reverse("imports:workbook_back", args=[book.pk])).status_code == 404
    for name in ("handback_confirm", "handback_undo", "handback_drop"):
        assert village_client.post(reverse(f"imports:{name}", args=[pk])).status_code == 404
    assert download(village_client, other_village).status_code == 302
    assert Workbook.objects.count() == 2
    assert (
        signed_in(outsider).get(reverse("imports:workbook_send", args=["cleanup"])).status_code
        == 404
    )
    assert "石桥村" not in text(village_client.get(reverse("imports:workbooks")))


def test_a_returned_one_can_be_given_up(village_client: Client, sheet: Sheet) -> None:
    response = hand_in(village_client, sheet)
    back = Handback.objects.get()

    village_client.post(reverse("imports:handback_drop", args=[back.pk]))

    assert "这一份不收了" in text(village_client.get(response.url))
    back.refresh_from_db()
    assert back.sealed is None


def test_one_that_says_nothing_new_counts_as_returned_without_a_commit(
    village_client: Client, sheet: Sheet
) -> None:
    page = village_client.get(hand_in(village_client, sheet).url)
    back = Handback.objects.get()
    assert "看过了，算收回" in text(page)

    village_client.post(
        reverse("imports:handback_confirm", args=[back.pk]), {"token": page.context["token"]}
    )

    back.refresh_from_db()
    assert (back.state, back.commit) == ("confirmed", None)
    assert "都收回了" in text(village_client.get(reverse("imports:workbooks")))
