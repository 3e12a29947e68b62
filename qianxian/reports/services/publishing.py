"""Sending a report out: the last look, and freezing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.reports import access, files
from qianxian.reports.models import Report
from qianxian.reports.queries import Look, look_at
from qianxian.reports.services.drafts import keep_figures
from qianxian.reports.services.recording import record_report
from qianxian.reports.stored import dump_lines
from qianxian_documents import Properties, write_docx


class NotReady(UserError):
    """The draft still waits for something; `reasons` says what, one sentence each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(f"还不能印发，有{len(reasons)}件事没办：{''.join(reasons)}")
        self.reasons = tuple(reasons)


@transaction.atomic
def publish_report(*, report: Report, by: User, at: datetime, post: str = "") -> Report:
    """Freeze a report: its text, its figures, the commit they are as of, and the file's digest.

    Raises NotReady with everything that is in the way, UserError for one that is out already.
    """
    # Locked, because a save between the last look and the freezing would go out unseen.
    fresh = Report.objects.select_for_update().select_related("place").get(pk=report.pk)
    on = timezone.localdate(at)
    access.require(by, Permission.REPORT_PUBLISH, fresh.place, on)
    if fresh.is_published:
        raise UserError(f"这份报告{timezone.localtime(fresh.published_at):%m月%d日}已经印发过了。")
    look = look_at(fresh, on=on)
    if look.blockers:
        raise NotReady(look.blockers)
    fresh.docx_digest = files.keep(docx_of(look, by=by.name, at=at))
    fresh.frozen, fresh.text = dump_lines(look.lines), look.plain
    fresh.as_of, fresh.status = look.reading.as_of, Report.Status.PUBLISHED
    fresh.published_at, fresh.published_by = at, by.name
    fresh.save()
    keep_figures(fresh, look.figures)
    record_report(fresh, by=by, at=at, reason=f"印发：{fresh.title}", post=post)
    return fresh


def docx_of(look: Look, *, by: str, at: datetime) -> bytes:
    """The report as a file, with the data's version in its properties."""
    properties = Properties(
        creator=look.report.issuer or by,
        created_at=at,
        subject=look.report.period.label(),
        description=f"数据版本：第{look.reading.as_of}号提交",
    )
    return write_docx(look.text, letterhead=look.report.has_letterhead, properties=properties)
