"""Pages of flows: what a kind of matter goes through, by whose hand, until when, on what basis."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core import gate, queries
from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.matters.flow_page import flow_page
from qianxian.matters.views.common import user_of
from qianxian_packs import Flow


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every flow of the lines that the reader works in."""
    found = [flow_page(flow) for flow in _seen(user_of(request))]
    return render(request, "matters/flows.html", {"flows": found})


@require_safe
def flow(request: HttpRequest, flow_id: str) -> HttpResponse:
    """One flow: drawing and tables, to read and to print."""
    found = next((flow for flow in _seen(user_of(request)) if flow.id == flow_id), None)
    if found is None:
        raise Http404
    return render(request, "matters/flow.html", {"page": flow_page(found)})


def _seen(user: User) -> list[Flow]:
    """Flows of the lines in which the reader may see entries."""
    lines = {reach.line for reach in gate.reaches(user, Permission.ENTRY_VIEW, queries.today())}
    return [flow for flow in catalogue().flows.values() if lines & {"", flow.line}]
