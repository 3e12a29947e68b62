"""不是问题: a person's word on a finding, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.reports import access
from qianxian.reports.findings import keyed
from qianxian.reports.models import Dismissal, Report, SourceReport
from qianxian.reports.queries import look_at
from qianxian.reports.services.recording import record_report, record_source
from qianxian.reports.stored import load_document


@transaction.atomic
def dismiss_finding(
    *,
    of: SourceReport | Report,
    finding: str,
    reason: str,
    by: User,
    at: datetime,
    post: str = "",
) -> Dismissal:
    """Say that a finding is no problem, and why. Saying it twice keeps the newer reason.

    Raises UserError without a reason, and for a finding that the text no longer has.
    """
    _require_draft(of)
    access.require(by, Permission.REPORT_EDIT, of.place, timezone.localdate(at))
    if not reason.strip():
        raise UserError("还没写为什么不是问题。写一句，别人看到才放心。")
    if finding not in _keys(of, at):
        raise UserError("这一处已经改过，疑点不在了。刷新看一看。")
    about = {"source": of} if isinstance(of, SourceReport) else {"report": of}
    said, _ = Dismissal.objects.update_or_create(
        **about,
        finding=finding,
        defaults={"reason": reason.strip()[:200], "by": by.name, "at": at},
    )
    _record(of, by=by, at=at, reason=f"不是问题：{said.reason}", post=post)
    return said


@transaction.atomic
def restore_finding(
    *, of: SourceReport | Report, finding: str, by: User, at: datetime, post: str = ""
) -> None:
    """Take back that a finding is no problem."""
    _require_draft(of)
    access.require(by, Permission.REPORT_EDIT, of.place, timezone.localdate(at))
    deleted, _ = of.dismissals.filter(finding=finding).delete()
    if deleted:
        _record(of, by=by, at=at, reason="疑点重新列出", post=post)


def _require_draft(of: SourceReport | Report) -> None:
    if isinstance(of, Report) and of.is_published:
        raise UserError("这份报告已经印发，不能再改。")


def _keys(of: SourceReport | Report, at: datetime) -> set[str]:
    if isinstance(of, SourceReport):
        return {key for key, _ in keyed(load_document(of.reading).findings)}
    return {key for key, _ in look_at(of, on=timezone.localdate(at)).findings}


def _record(of: SourceReport | Report, *, by: User, at: datetime, reason: str, post: str) -> None:
    if isinstance(of, SourceReport):
        record_source(of, by=by, at=at, reason=reason, post=post)
    else:
        record_report(of, by=by, at=at, reason=reason, post=post)
