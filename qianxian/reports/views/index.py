"""The list: what is being written, what went out, what was read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.reports import access
from qianxian.reports.models import Report, SourceReport

_AS_MANY = 30


@require_safe
def index(request: SignedIn) -> HttpResponse:
    on = today()
    reports = Report.objects.visible_to(request.user, on).select_related("place")
    reports = reports.defer("template", "text", "frozen")
    sources = SourceReport.objects.visible_to(request.user, on).listed()
    context = {
        "drafts": reports.filter(status=Report.Status.DRAFT)[:_AS_MANY],
        "published": reports.filter(status=Report.Status.PUBLISHED)[:_AS_MANY],
        "sources": sources[:_AS_MANY],
        "may_see": bool(access.places_for(request.user, Permission.REPORT_VIEW, on)),
        "may_write": bool(access.places_for(request.user, Permission.REPORT_EDIT, on)),
    }
    return render(request, "reports/index.html", context)
