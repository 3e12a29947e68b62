"""The two jobs of an import. Both may run twice: a check starts over, a landing lands once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qianxian.imports import checking, files, landing
from qianxian.imports.models import ImportRun, LedgerProposal, StagedRow, Upload
from qianxian.imports.sealing import KEPT_FOR

_SLICE = 2_000
# What a staged row holds of its entry.
_HELD: dict[str, object] = {
    "subject": None,
    "on": None,
    "initials": "",
    "key_text": "",
    "state": "",
    "late": False,
    "after_data": "",
    "digest": None,
    "sealed": None,
}
State = ImportRun.State


@task()
def check_import(run: int, number: int) -> None:
    """Check a file into staging. A check that was overtaken by a newer one does nothing."""
    found = ImportRun.objects.select_related("upload", "township", "by").get(pk=run)
    if found.state == State.READING and found.check_number == number:
        checking.check(found, at=timezone.now())


@task()
def land_import(run: int) -> None:
    """Land what was staged. Run again after its commit, it finds the commit and is done."""
    found = ImportRun.objects.select_related("upload", "township", "by").get(pk=run)
    if found.state != State.LANDING:
        return
    try:
        landing.land(found, at=timezone.now())
    except landing.Outdated:
        told = "检查之后，台账的栏、地方或者报齐变了，又检查了一遍。请再看一眼，再存。"
        _check_again(found, told)


@transaction.atomic
def _check_again(run: ImportRun, told: str) -> None:
    queued = ImportRun.objects.filter(pk=run.pk, state=State.LANDING).update(
        state=State.READING, told=told, check_number=run.check_number + 1, done=0
    )
    if queued:
        check_import.enqueue(run.pk, run.check_number + 1)


def tidy(now: object) -> int:
    """Drop old files and what no longer serves: sealed values of rows, rows of dropped runs.

    Rows of a landed run stay, without what their entries hold: they say where these came from.
    """
    before = timezone.now() - KEPT_FOR
    old = ImportRun.objects.filter(started_at__lt=before)
    ended = old.exclude(state__in=(State.READING, State.LANDING))
    done = 0
    for run in ended.exclude(state__in=(State.LANDED, State.UNDONE, State.DROPPED)):
        done += ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=State.DROPPED)
    for run in ended.filter(state=State.DROPPED):
        checking.clear(run)
    held = StagedRow.objects.filter(run__in=ended.values("pk")).exclude(state="", sealed=None)
    while keys := list(held.values_list("pk", flat=True)[:_SLICE]):
        StagedRow.objects.filter(pk__in=keys).update(**_HELD)
    # What stood in a workbook from which a ledger was to be made goes with its file.
    LedgerProposal.objects.filter(started_at__lt=before).exclude(seen=None).update(seen=None)
    kept = Upload.objects.filter(is_kept=True).exclude(runs__started_at__gte=before)
    for upload in kept.exclude(proposals__started_at__gte=before):
        Upload.objects.filter(pk=upload.pk).update(is_kept=False)
        files.drop(upload.digest)
        done += 1
    return done
