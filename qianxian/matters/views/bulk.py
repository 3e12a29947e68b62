"""The page on which many matters take one step."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from qianxian.core import queries
from qianxian.ledgers.models import Entry
from qianxian.matters import bulk
from qianxian.matters.bulk import Chosen, Outcome, Together
from qianxian.matters.forms_bulk import BulkForm
from qianxian.matters.views.common import attempt, user_of


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest, ledger: str, step_id: str) -> HttpResponse:
    """Tick matters, fill in once what the step needs, and see what became of each."""
    what = bulk.together(ledger, step_id)
    if what is None:
        raise Http404
    user, on = user_of(request), queries.today()
    rows = bulk.open_to(user, what, on).select_related("place__parent", "subject")[: bulk.MOST]
    form = BulkForm(what, user, on, request.POST or None)
    outcomes: list[Outcome] = []
    if request.method == "POST" and form.is_valid():
        outcomes = attempt(form, _taken, request, what, form) or []
    context = {
        "what": what,
        "form": form,
        "rows": [] if outcomes else [(row, f"{row.pk.hex}:{row.version}") for row in rows],
        "ticked": set(request.POST.getlist("chosen")),
        "done": [each for each in outcomes if each.commit],
        "refused": [each for each in outcomes if not each.commit],
        "outcomes": outcomes,
    }
    return render(request, "matters/bulk.html", context, status=422 if form.errors else 200)


def _taken(request: HttpRequest, what: Together, form: BulkForm) -> list[Outcome]:
    user, on = user_of(request), queries.today()
    seen = _seen(request)
    # Also one that somebody moved on meanwhile: it says so, rather than being passed over.
    rows = Entry.objects.visible_to(user, on).present().filter(ledger=what.ledger.id)
    found = rows.filter(pk__in=seen).select_related("place", "subject").order_by("due_on", "pk")
    chosen = [Chosen(entry, seen[entry.pk]) for entry in found]
    return bulk.take_step_of_many(
        chosen=chosen,
        step_id=what.step.id,
        by=user,
        at=timezone.now(),
        values=form.raw(what.step.needs),
        reason=form.cleaned_data.get("reason") or "",
    )


def _seen(request: HttpRequest) -> dict[UUID, int]:
    """Ticked matters with the version that stood on the page; what is no such thing is left out."""
    found: dict[UUID, int] = {}
    for text in request.POST.getlist("chosen"):
        key, _, version = text.partition(":")
        try:
            found[UUID(key)] = int(version)
        except ValueError:
            continue
    return found
