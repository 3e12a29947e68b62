"""The revisions that reports leave in the commit stream."""

from __future__ import annotations

from datetime import datetime

from qianxian.core.commits import Actor, Change, record
from qianxian.core.models import Commit, Revision, User
from qianxian.core.queries import township_of
from qianxian.reports.models import Report, SourceReport


def record_source(
    source: SourceReport, *, by: User, at: datetime, reason: str, post: str = ""
) -> Commit:
    """The file by its digest and what people said of it; the reading follows from the file."""
    key = f"source/{source.pk}"
    dismissed = {d.finding: d.reason for d in source.dismissals.all()}
    body = {
        "id": key,
        "title": source.title,
        "name": source.name,
        "digest": source.digest,
        "place": source.place_id,
        "period": str(source.period),
        "dismissed": dismissed,
        "accepted": source.accepted,
    }
    return record(
        township=township_of(source.place),
        changes=[Change(Revision.Kind.REPORT, key, body)],
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
        source_ref=source.name[:200],
    )


def record_report(report: Report, *, by: User, at: datetime, reason: str, post: str = "") -> Commit:
    """The whole state of a report: template, figures as they were seen, and what was frozen."""
    key = f"report/{report.pk}"
    body = {
        "id": key,
        "title": report.title,
        "issuer": report.issuer,
        "number": report.number,
        "letterhead": report.has_letterhead,
        "place": report.place_id,
        "period": str(report.period),
        "status": report.status,
        "template": report.template,
        "base": report.base_id,
        "bases": report.bases,
        "as_of": report.as_of,
        "version": report.version,
        "figures": {f.key: f.text for f in report.figures.all()},
        "dismissed": {d.finding: d.reason for d in report.dismissals.all()},
        "docx": report.docx_digest,
    }
    return record(
        township=township_of(report.place),
        changes=[Change(Revision.Kind.REPORT, key, body)],
        by=Actor.of(by, post),
        at=at,
        reason=reason[:500],
    )
