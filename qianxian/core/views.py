"""Pages of the core: the components page and the pages of errors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core.showcase import showcase


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for people who build pages."""
    return render(request, "core/components.html", showcase())
