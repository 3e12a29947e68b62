"""The search of the whole site: ledgers here, other rooms by what they registered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers.search import everything


@require_safe
def search(request: SignedIn) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    groups = everything(request.user, text, today())
    return render(request, "ledgers/search.html", {"search_text": text, "groups": groups})
