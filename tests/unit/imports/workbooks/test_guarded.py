"""What one person alone may not do to a matter, tried by a file: put right, or taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.imports import services
from qianxian.ledgers.corrections import NeedsApproval
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, correct_entry, save_entry
from tests.unit.imports.conftest import Hand
from tests.unit.imports.workbooks.conftest import Desk
from tests.unit.imports.workbooks.trip import row_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PETITION = ["地方", "信访编号", "收到日期", "来源渠道", "事项类别", "反映领域"]


@pytest.fixture(autouse=True)
def _reach(clerk: User, township: Place) -> None:
    Grant.objects.create(role="office_clerk", place=township, user=clerk)


def petition(number: str, kind: str) -> list[str]:
    return ["青禾镇", number, "2026-11-03", "来访", kind, "土地山林"]


def test_a_file_that_comes_again_does_not_put_right_what_a_hard_condition_looks_at(
    landed: Hand, checked: Hand
) -> None:
    ledger = catalogue().ledgers["petition"]
    landed(ledger, [PETITION, petition("XF-1", "建议意见")])

    run = checked(ledger, [PETITION, petition("XF-1", "申诉求决")])

    assert (run.new, run.changed, run.faulty) == (0, 0, 1)
    assert Entry.objects.get().data["kind"] == "建议意见"


def test_a_village_workbook_does_not_put_right_what_a_hard_condition_looks_at(
    desk: Desk, village: Place, clerk: User, now: datetime
) -> None:
    values = {"found_on": "2026-11-03", "kind": "消防", "level": "重大", "description": "堵塞"}
    ledger = catalogue().ledgers["hazard"]
    hazard = save_entry(ledger=ledger, row=Row(values, village), by=clerk, at=now - DAY)
    desk.ledger = "hazard"
    sheet = desk.send(village)
    sheet.fill(row_of(sheet, hazard.pk.hex), field__level="一般")

    with pytest.raises(NeedsApproval, match="隐患等级"):
        desk.confirm(desk.back(sheet))

    hazard.refresh_from_db()
    assert hazard.data["level"] == "重大"


def test_matters_that_came_by_a_file_are_not_taken_back_later_by_who_imported_them(
    landed: Hand, make_user: Callable[..., User], township: Place
) -> None:
    ledger = catalogue().ledgers["petition"]
    run = landed(ledger, [PETITION, petition("XF-1", "建议意见"), petition("XF-2", "建议意见")])
    commit = Commit.objects.get(source="import")
    later = commit.at + DAY

    with pytest.raises(UserError, match="过了当天王秀英一个人不能撤回"):
        services.undo(run=run, by=run.by, at=later)
    village = make_user("村里的", role="village_clerk", place=township)
    with pytest.raises(NotAllowed):
        undo_commit(commit=commit, by=village, at=later)
    assert Entry.objects.present().count() == 2

    colleague = make_user("同事", role="office_clerk", place=township)
    undo_commit(commit=commit, by=colleague, at=later)
    assert not Entry.objects.present().exists()


def test_a_file_is_kept_whole_once_one_of_its_matters_moved(
    landed: Hand, clerk: User, now: datetime
) -> None:
    ledger = catalogue().ledgers["petition"]
    run = landed(ledger, [PETITION, petition("XF-1", "建议意见"), petition("XF-2", "建议意见")])
    for entry in Entry.objects.all():
        correct_entry(
            entry=entry,
            values_changed={"summary": "路灯"},
            version=1,
            by=clerk,
            at=now,
            reason="补记",
        )

    on_the_day = Commit.objects.get(source="import").at
    with pytest.raises(UserError, match="等 2 条后来王秀英又改过"):
        services.undo(run=run, by=run.by, at=on_the_day)
    assert Entry.objects.present().count() == 2
