"""What a hostile person sends by the ways in: files, notices, posts, corrections between steps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.errors import NotAllowed
from qianxian.core.models import Grant, Place, Post, User
from qianxian.core.people import grants, holders
from qianxian.imports import jobs
from qianxian.imports.models import ImportRun
from qianxian.intake.notice import drafts
from qianxian.intake.notice.forms import MOST_CHARACTERS
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.errors import StepRefused
from qianxian_reader.notice import NoticeRead
from tests.unit.imports.conftest import workbook
from tests.unit.intake.notice_office import Desk, desk
from tests.unit.matters.conftest import whole_office
from tests.unit.matters.office import Office

__all__ = ["desk", "whole_office"]

ROWS: list[list[Any]] = [
    ["清洁行动台账", None, None, None],
    ["村", "日期", "做什么", "参加人次"],
    ["清水村", "2026-11-32", "大扫除", 20],
]
# A household as it is verified for monitoring.
VERIFIED = {
    "checked_on": "2026-11-02",
    "consent": "是",
    "consent_on": "2026-11-02",
    "persons": "3",
    "income_per_person": "5000",
    "income_line": "8000",
    "object_kind": "边缘易致贫户",
    "risks": "因病",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_merges(data: bytes, *areas: str) -> bytes:
    """The workbook as a broken program would write it: merged areas that lie over another."""
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    mark = b"</sheetData>"
    said = f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            made.writestr(name, source.read(name).replace(mark, mark + said))
    return out.getvalue()


def test_bad_rows_of_a_file_whose_merged_cells_overlap_come_down(
    clerk: User, village: Place
) -> None:
    client = signed_in(clerk)
    file = with_merges(workbook(ROWS), "A1:D1", "B1:C1")
    client.post(
        reverse("imports:new", args=["cleanup"]), {"file": SimpleUploadedFile("表.xlsx", file)}
    )
    run = ImportRun.objects.get()
    jobs.check_import.call(run.pk, run.check_number)

    answer = client.get(reverse("imports:bad", args=[run.pk]))

    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("days", [0, 1, 30])
def test_nobody_gives_a_role_to_a_post_that_he_has_set_for_himself(
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    township: Place,
    days: int,
) -> None:
    at = timezone.now()
    admin = make_user("管立新", role="administrator", place=township, home=township)
    post = make_post("新岗", duty="other", place=township)
    on = timezone.localdate(at) + timedelta(days=days)
    holders.assign_holder(post=post, rank="A", user=admin, on=on, by=admin, at=at)

    with pytest.raises(NotAllowed):
        grants.grant_role(post=post, role="leader", line="", place=township, by=admin, at=at)

    assert not Grant.objects.filter(post=post).exists()


def test_a_notice_that_was_made_too_long_by_hand_is_not_read_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = drafts.read

    def reading(text: str, at: datetime) -> NoticeRead:
        read.append(len(text))
        return whole(text[:500], at)

    monkeypatch.setattr(drafts, "read", reading)

    answer = signed_in(desk.clerk).post(
        reverse("intake:notice_save"), {"key": str(uuid4()), "text": "请报送情况。" * 9_000}
    )

    assert answer.status_code == 422
    assert read == [MOST_CHARACTERS]


@pytest.mark.parametrize("step", ["approve_township", "approve_county"])
def test_consent_that_is_taken_back_between_two_steps_stops_the_next(
    whole_office: Office,
    make_entry: Callable[..., Entry],
    make_user: Callable[..., User],
    township: Place,
    group: Place,
    now: datetime,
    step: str,
) -> None:
    every = make_user(role="office_clerk", place=township)
    clue = {"clue_on": "2026-11-01", "source": "干部排查"}
    entry = make_entry("monitoring", clue, place=group, subject=make_entry(), by=every)
    approval = {"objections": "0", "township_on": "2026-11-18"}
    taken = [
        ("verify", VERIFIED),
        ("review", {"reviewed_on": "2026-11-03"}),
        ("announce", {"notice_on": "2026-11-10"}),
        ("approve_township", approval),
        ("approve_county", {"approved_on": "2026-11-18"}),
    ]
    for name, values in taken:
        if name == step:
            correct_entry(
                entry=entry,
                values_changed={"consent": "否"},
                version=entry.version,
                by=every,
                at=now,
                reason="没有签",
            )
            with pytest.raises(StepRefused, match="授权承诺书"):
                whole_office.take(entry, name, now, values, reason="补录")
            break
        whole_office.take(entry, name, now, values, reason="补录")
    entry.refresh_from_db()
    assert entry.state == {"approve_township": "notice", "approve_county": "township"}[step]


def noticed(office: Office, entry: Entry, now: datetime) -> None:
    """Verified, reviewed and put up for notice on 17 November, the day before `now`."""
    office.take(entry, "verify", now, VERIFIED)
    office.take(entry, "review", now, {"reviewed_on": "2026-11-03"})
    office.take(entry, "announce", now, {"notice_on": "2026-11-17"}, reason="补录")


def test_a_notice_is_not_lengthened_by_correcting_its_first_day(
    whole_office: Office,
    make_entry: Callable[..., Entry],
    make_user: Callable[..., User],
    township: Place,
    group: Place,
    now: datetime,
) -> None:
    every = make_user(role="office_clerk", place=township)
    clue = {"clue_on": "2026-11-01", "source": "干部排查"}
    entry = make_entry("monitoring", clue, place=group, subject=make_entry(), by=every)
    noticed(whole_office, entry, now)

    def corrected(day: str) -> None:
        correct_entry(
            entry=entry,
            values_changed={"notice_on": day},
            version=entry.version,
            by=every,
            at=now,
            reason="写错了",
        )

    with pytest.raises(InvalidEntry) as refused:
        corrected("2026-11-04")
    assert "不能改早" in refused.value.errors["notice_on"]
    corrected("2026-11-18")


def test_an_approval_is_not_dated_into_the_days_of_notice(
    whole_office: Office,
    make_entry: Callable[..., Entry],
    make_user: Callable[..., User],
    township: Place,
    group: Place,
    now: datetime,
) -> None:
    every = make_user(role="office_clerk", place=township)
    clue = {"clue_on": "2026-11-01", "source": "干部排查"}
    entry = make_entry("monitoring", clue, place=group, subject=make_entry(), by=every)
    noticed(whole_office, entry, now)
    later = now + timedelta(days=10)
    approval = {"objections": "0", "township_on": "2026-11-22"}

    with pytest.raises(StepRefused, match="11月23日起才行"):
        whole_office.take(entry, "approve_township", later, approval)

    whole_office.take(entry, "approve_township", later, {**approval, "township_on": "2026-11-23"})
