"""Pages of notices: paste, confirm, see who answered, answer, check, recall; and the gate."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from qianxian.core.models import Commit, User
from qianxian.ledgers.models import Entry
from tests.unit.intake.notice_office import VALUES, Desk, assignment_of, desk, saved

__all__ = ["desk"]

WORDS = "@所有人 各村：请于{day}17:00前报送山塘巡查情况，附巡查照片，收到请回复。——镇水利站"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def soon() -> str:
    day = timezone.localdate() + timedelta(days=6)
    return f"{day.month}月{day.day}日"


def _notice(desk: Desk, at: datetime, villages: int = 3) -> Entry:
    day = timezone.localdate(at)
    return saved(
        desk,
        at,
        villages=villages,
        received_on=day.isoformat(),
        deadline=(day + timedelta(days=6)).isoformat(),
    )


def _form(html: str) -> dict[str, object]:
    """What the browser would send of the proposal as it stands."""
    form = html[html.index('action="/intake/notice/save/"') :]
    data: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]+>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or (
            ('type="checkbox"' in tag or 'type="radio"' in tag) and "checked" not in tag
        ):
            continue
        said = value[1] if value else ""
        if name[1] == "villages":
            found = data.setdefault("villages", [])
            assert isinstance(found, list)
            found.append(said)
        else:
            data[name[1]] = said
    area = re.search(r'<textarea name="asks"[^>]*>\s*(.*?)</textarea>', form, re.S)
    data["asks"] = area[1] if area else ""
    return data


def test_pasting_shows_what_was_read_and_saves_nothing(
    as_user: Callable[[User], Client], desk: Desk, soon: str
) -> None:
    client = as_user(desk.clerk)
    before = Commit.objects.count()

    html = client.post(
        reverse("intake:notice_new"), {"text": WORDS.format(day=soon)}
    ).content.decode()

    assert Commit.objects.count() == before
    assert not Entry.objects.exists()
    assert f'<mark class="m-key now"><b>期限</b>{soon}17:00前</mark>' in html
    assert '<mark class="m-key"><b>发文</b>镇水利站</mark>' in html
    data = _form(html)
    assert data["issuer"] == "镇水利站"
    assert data["village_time"] == "17:00"
    assert data["villages"] == [place.code for place in desk.villages]


def test_confirming_sends_it_out_to_the_ticked_villages_as_one_commit(
    as_user: Callable[[User], Client], desk: Desk, soon: str
) -> None:
    client = as_user(desk.clerk)
    html = client.post(
        reverse("intake:notice_new"), {"text": WORDS.format(day=soon)}
    ).content.decode()
    data = _form(html) | {"villages": [place.code for place in desk.villages[:4]]}
    before = Commit.objects.count()

    response = client.post(reverse("intake:notice_save"), data, follow=True)

    assert response.status_code == 200
    assert "已派下去：4 个村" in response.content.decode()
    assert Commit.objects.count() == before + 1
    notice = Entry.objects.get(ledger="notice")
    assert notice.data["original"] == WORDS.format(day=soon)
    assert Entry.objects.filter(parent=notice).count() == 4
    # The same form once more: nothing new.
    client.post(reverse("intake:notice_save"), data)
    assert Commit.objects.count() == before + 1


def test_keeping_it_sends_nothing_out(
    as_user: Callable[[User], Client], desk: Desk, soon: str
) -> None:
    client = as_user(desk.clerk)
    html = client.post(
        reverse("intake:notice_new"), {"text": WORDS.format(day=soon)}
    ).content.decode()
    client.post(reverse("intake:notice_save"), _form(html) | {"keep": "1"})
    assert Entry.objects.filter(ledger="notice").count() == 1
    assert not Entry.objects.filter(ledger="assignment").exists()


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(
    as_user: Callable[[User], Client], desk: Desk
) -> None:
    client = as_user(desk.clerk)
    data = {
        **VALUES,
        "key": str(uuid.uuid4()),
        "text": "各村报送",
        "issuer": "",
        "subject_text": "自己写的标题",
        "village_deadline": "",
        "villages": [desk.villages[0].code],
    }
    response = client.post(reverse("intake:notice_save"), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "还没写是哪个单位发的" in html
    assert "自己写的标题" in html
    assert not Entry.objects.exists()


def test_a_file_is_read_like_a_message(as_user: Callable[[User], Client], desk: Desk) -> None:
    import docx

    document = docx.Document()
    for line in (
        "云溪县水利局文件",
        "云水发〔2026〕12号",
        "关于开展山塘巡查的通知",
        "各乡镇人民政府：",
        "请于12月20日前报送巡查情况。",
        "云溪县水利局",
        "2026年11月17日",
    ):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    upload = SimpleUploadedFile("通知.docx", out.getvalue())
    html = as_user(desk.clerk).post(reverse("intake:notice_new"), {"file": upload}).content.decode()
    data = _form(html)
    assert data["issuer"] == "云溪县水利局"
    assert data["number"] == "云水发〔2026〕12号"
    assert data["subject_text"] == "关于开展山塘巡查的通知"

    bad = SimpleUploadedFile("通知.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    response = as_user(desk.clerk).post(reverse("intake:notice_new"), {"file": bad})
    assert response.status_code == 422
    assert "另存为 .docx" in response.content.decode()


def test_the_same_notice_again_is_shown_before_saving(
    as_user: Callable[[User], Client], desk: Desk, at: datetime
) -> None:
    notice = _notice(desk, at, villages=0)
    html = (
        as_user(desk.clerk)
        .post(reverse("intake:notice_new"), {"text": VALUES["original"]})
        .content.decode()
    )
    assert "已经收过" in html
    assert reverse("intake:notice", args=[notice.pk]) in html


def test_the_grid_names_who_has_not_answered(
    as_user: Callable[[User], Client], desk: Desk, at: datetime
) -> None:
    notice = _notice(desk, at)
    row = assignment_of(notice, desk.villages[0])
    village = as_user(desk.village_clerks[0])
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(photo, "JPEG")
    response = village.post(
        reverse("intake:assignment", args=[row.pk]),
        {
            "version": row.version,
            "answer": "两口山塘都看过",
            "photo": SimpleUploadedFile("a.jpg", photo.getvalue()),
        },
        follow=True,
    )
    assert "已报送" in response.content.decode()

    client = as_user(desk.clerk)
    page = client.get(reverse("intake:notice", args=[notice.pk])).content.decode()
    assert "1/3" in page
    assert "乙溪村、丙溪村" in page
    assert "两口山塘都看过" in page
    assert f"/matters/{row.pk}/photos/" in page

    workbook = client.get(reverse("intake:notice_answers", args=[notice.pk]))
    assert workbook.content[:2] == b"PK"


def test_an_empty_answer_is_refused_and_a_sent_back_one_says_why(
    as_user: Callable[[User], Client], desk: Desk, at: datetime
) -> None:
    notice = _notice(desk, at)
    row = assignment_of(notice, desk.villages[0])
    village, url = as_user(desk.village_clerks[0]), reverse("intake:assignment", args=[row.pk])
    assert village.post(url, {"version": row.version, "answer": " "}).status_code == 422
    village.post(url, {"version": row.version, "answer": "已办"})
    row.refresh_from_db()

    check = reverse("intake:assignment_check", args=[row.pk])
    sent = {"version": row.version, "act": "send_back", "return_reason": "缺照片"}
    as_user(desk.clerk).post(check, sent)
    assert "缺照片" in village.get(url).content.decode()
    assert "缺照片" in village.get(reverse("intake:notices")).content.decode()

    # The village itself does not close it.
    row.refresh_from_db()
    village.post(url, {"version": row.version, "answer": "补了"})
    row.refresh_from_db()
    village.post(check, {"version": row.version, "act": "accept"})
    row.refresh_from_db()
    assert row.state == "answered"
    as_user(desk.clerk).post(check, {"version": row.version, "act": "accept"})
    row.refresh_from_db()
    assert row.state == "closed"


def test_recalling_asks_for_a_reason(
    as_user: Callable[[User], Client], desk: Desk, at: datetime
) -> None:
    notice = _notice(desk, at)
    client, url = as_user(desk.clerk), reverse("intake:notice_recall", args=[notice.pk])
    assert client.post(url, {"version": notice.version, "reason": ""}).status_code == 422
    client.post(url, {"version": notice.version, "reason": "发错了"})
    notice.refresh_from_db()
    assert notice.state == "recalled"
    assert set(Entry.objects.filter(parent=notice).values_list("state", flat=True)) == {"cancelled"}


def test_outside_the_gate_nothing_is_there(
    as_user: Callable[[User], Client], desk: Desk, at: datetime, outsider: User
) -> None:
    notice = _notice(desk, at)
    own, others = (assignment_of(notice, desk.villages[n]) for n in (0, 1))
    village = as_user(desk.village_clerks[0])

    assert village.get(reverse("intake:assignment", args=[own.pk])).status_code == 200
    for name, key in (
        ("notice", notice.pk),
        ("assignment", others.pk),
        ("notice_answers", notice.pk),
    ):
        assert village.get(reverse(f"intake:{name}", args=[key])).status_code == 404
        assert as_user(outsider).get(reverse(f"intake:{name}", args=[key])).status_code == 404
    assert village.get(reverse("intake:notice_new")).status_code == 403
    assert village.post(reverse("intake:notice_save"), {}).status_code == 403
    page = village.get(reverse("intake:notices")).content.decode()
    assert "甲溪村" in page
    assert "乙溪村" not in page


def test_today_has_the_door_for_whoever_needs_it(
    as_user: Callable[[User], Client], desk: Desk, at: datetime, outsider: User
) -> None:
    _notice(desk, at)
    door, mine = reverse("intake:notice_new"), "镇里派了 1 件"
    assert door in as_user(desk.clerk).get("/").content.decode()
    village = as_user(desk.village_clerks[0]).get("/").content.decode()
    assert mine in village
    assert door not in village
    other = as_user(outsider).get("/").content.decode()
    assert door not in other
    assert mine not in other
