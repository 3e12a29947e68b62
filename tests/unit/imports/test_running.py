"""What runs twice, is cut off, or meets a world that changed meanwhile; and what is kept how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.core.place_events import acts, plans
from qianxian.imports import jobs, landing, services
from qianxian.imports.models import ImportRun, StagedRow
from qianxian.imports.sealing import KEPT_FOR
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import correct_entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand, land

pytestmark = pytest.mark.django_db

HEAD = ["村", "日期", "做什么", "参加人次"]
ROWS = [["清水村", f"2026-11-{n + 1:02}", "大扫除", n + 1] for n in range(12)]


@pytest.fixture(autouse=True)
def places(village: Place) -> None:
    """清水村."""


def test_a_landing_that_was_cut_off_after_its_commit_is_found_by_it(
    landed: Hand, cleanup: Ledger
) -> None:
    run = landed(cleanup, [HEAD, *ROWS])
    ImportRun.objects.filter(pk=run.pk).update(state="landing", commit=None, landed_at=None)

    jobs.land_import.call(run.pk)

    again = ImportRun.objects.get(pk=run.pk)
    assert (again.state, again.commit) == ("landed", run.commit)
    assert Commit.objects.filter(source="import").count() == 1
    assert Entry.objects.count() == len(ROWS)


def test_jobs_that_run_twice_leave_what_they_leave_once(
    checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = checked(cleanup, [HEAD, *ROWS])
    ImportRun.objects.filter(pk=run.pk).update(state="reading")
    jobs.check_import.call(run.pk, run.check_number)
    assert StagedRow.objects.filter(run=run).count() == len(ROWS)

    land(run, now)
    jobs.land_import.call(run.pk)

    assert Entry.objects.count() == len(ROWS)


def test_a_check_that_was_overtaken_does_nothing(
    checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = checked(cleanup, [HEAD, *ROWS])
    services.check_again(run=run, by=run.by, at=now)

    jobs.check_import.call(run.pk, 1)

    run.refresh_from_db()
    assert (run.state, run.check_number) == ("reading", 2)


def test_of_two_runs_of_one_file_only_the_first_lands(
    checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    first, second = (checked(cleanup, [HEAD, *ROWS]) for _ in range(2))
    land(first, now)

    second = land(second, now)

    assert second.state == "ready"
    assert "没有要存的" in second.told
    assert Entry.objects.count() == len(ROWS)


def test_a_place_that_was_merged_meanwhile_asks_for_another_check(
    checked: Hand,
    cleanup: Ledger,
    village: Place,
    other_village: Place,
    township: Place,
    make_user: Callable[..., User],
    now: datetime,
) -> None:
    run = checked(cleanup, [HEAD, *ROWS])
    plan = plans.merge(village, other_village, timezone.localdate(now))
    admin = make_user("管理员", role="administrator", place=township)
    acts.carry_out(plan=plan, by=admin, at=now)

    run = land(run, now)

    assert (run.state, run.check_number) == ("reading", 2)
    assert "又检查了一遍" in run.told
    assert not Entry.objects.exists()


def test_a_key_that_another_took_in_the_same_moment_is_told_and_nothing_is_lost(
    checked: Hand,
    household: Ledger,
    group: Place,
    make_entry: Callable[..., Entry],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL somebody may save between the last look and the insertion."""
    head = ["户编号", "户主", "村", "组", "常住人口"]
    homes = [[f"201000{n}", f"张{n}", "清水村", "三组", n] for n in (1, 2)]
    run = checked(household, [head, *homes])
    make_entry(values={"number": "2010001", "head": "李四"})
    monkeypatch.setattr(landing, "_left", lambda _run: {})

    run = land(run, now)

    assert (run.state, run.new) == ("ready", 2)
    assert "再检查一遍" in run.told
    assert Entry.objects.get().title == "2010001 李四"
    assert not Commit.objects.filter(source="import").exists()


def test_who_lost_the_post_meanwhile_lands_nothing(
    checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = checked(cleanup, [HEAD, *ROWS])
    Grant.objects.all().delete()

    run = land(run, now)

    assert run.state == "ready"
    assert "不归你的岗位记" in run.told
    assert not Entry.objects.exists()


def test_an_entry_that_was_changed_since_keeps_an_import_from_being_undone(
    landed: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = landed(cleanup, [HEAD, *ROWS])
    entry = Entry.objects.order_by("on")[0]
    correct_entry(
        entry=entry, values_changed={"people": "9"}, version=1, by=run.by, at=now, reason="数错"
    )

    with pytest.raises(UserError, match="又改过"):
        services.undo(run=run, by=run.by, at=now)

    assert Entry.objects.present().count() == len(ROWS)


def test_an_undo_from_the_pages_of_the_ledger_shows_on_the_run(
    landed: Hand, cleanup: Ledger, now: datetime
) -> None:
    run = landed(cleanup, [HEAD, *ROWS])

    undo_commit(commit=Commit.objects.get(source="import"), by=run.by, at=now)

    assert run.is_taken_back


def test_more_rows_ask_no_more_queries_at_landing(
    checked: Hand, cleanup: Ledger, now: datetime
) -> None:
    counted = []
    for rows in (ROWS[:2], ROWS[2:]):
        run = checked(cleanup, [HEAD, *rows])
        with CaptureQueriesContext(connection) as asked:
            land(run, now)
        counted.append(len(asked))

    assert counted[1] <= counted[0]


def test_old_files_go_and_what_came_of_them_stays(
    landed: Hand, checked: Hand, household: Ledger, group: Place, now: datetime, data: Path
) -> None:
    head = ["户编号", "户主", "村", "组", "常住人口", "联系电话"]
    run = landed(household, [head, ["2010001", "张三", "清水村", "三组", 3, "13800138000"]])
    idle = checked(household, [head, ["2010002", "李四", "清水村", "三组", 3, None]])
    long_ago = timezone.now() - KEPT_FOR - timedelta(days=1)
    ImportRun.objects.update(started_at=long_ago)

    jobs.tidy(now)

    assert not [path for path in (data / "files" / "imports").rglob("*") if path.is_file()]
    row = StagedRow.objects.get(run=run)
    assert (row.state, row.sealed, row.row) == ("", None, 2)
    assert (row.after_data, row.digest, row.key_text, row.initials) == ("", None, "", "")
    assert row.entry == Entry.objects.get().pk
    idle.refresh_from_db()
    assert idle.state == "dropped"
    assert not StagedRow.objects.filter(run=idle).exists()


def test_the_check_is_queued_with_the_run(checked: Hand, cleanup: Ledger) -> None:
    run = checked(cleanup, [HEAD, *ROWS])

    job = DBTaskResult.objects.get(task_path=jobs.check_import.module_path)
    assert job.args_kwargs["args"] == [run.pk, 1]
