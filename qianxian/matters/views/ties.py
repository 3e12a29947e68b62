"""Pages that tie matters to one another: link, merge, part, and what looks alike while recording."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qianxian.core import queries
from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place
from qianxian.ledgers.models import Entry
from qianxian.matters import splitting, ties
from qianxian.matters.beside import choices_for, tied
from qianxian.matters.forms import WhyForm
from qianxian.matters.forms_passing import SplitForm, TieForm
from qianxian.matters.page import MatterPage
from qianxian.matters.queries import matters
from qianxian.matters.similar import like
from qianxian.matters.views.common import attempt, done, entry_of, page_of, user_of


@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose another matter, and say whether it has to do with this one or is the same."""
    page = page_of(request, key)
    wanted = request.GET.get("q", "").strip()[:40]
    found = choices_for(page.entry, page.user, page.on, wanted)
    options = [(each.entry.pk.hex, each.entry.title) for each in found]
    form = TieForm(options, request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        merges = request.POST.get("answer") == "merge"
        if commit := attempt(form, _tied, page, form, merges=merges):
            if merges:
                messages.success(request, f"已并入。{page.entry.title}只算一件了。")
                return redirect("matters:matter", key=UUID(form.cleaned_data["other"]))
            return done(request, page.entry, commit, _("linked"))
    context = {"page": page, "form": form, "found": found, "wanted": wanted}
    return render(request, "matters/ties.html", context, status=422 if form.errors else 200)


def _tied(page: MatterPage, form: TieForm, *, merges: bool) -> Commit:
    rows = matters().visible_to(page.user, page.on).select_related("place")
    other = get_object_or_404(rows, pk=form.cleaned_data["other"])
    version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    if not merges:
        return ties.link(entry=page.entry, other=other, by=page.user, at=page.now, version=version)
    return ties.merge(
        entry=page.entry,
        into=other,
        by=page.user,
        at=page.now,
        version=version,
        reason=reason,
    )


@require_POST
def unlink(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Take a link away."""
    entry, second = entry_of(request, key), entry_of(request, other)
    commit = ties.unlink(
        entry=entry,
        other=second,
        by=user_of(request),
        at=timezone.now(),
        version=entry.version,
    )
    return done(request, entry, commit, _("no longer linked"))


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, key: UUID) -> HttpResponse:
    """Part other matters from this one."""
    page = page_of(request, key)
    field = splitting.text_field(page.ledger, page.flow)
    form = SplitForm(request.POST or None, initial={"version": page.entry.version})
    if request.method == "POST" and form.is_valid():
        commit = attempt(
            form,
            splitting.split,
            entry=page.entry,
            parts=form.cleaned_data["parts"].splitlines(),
            by=page.user,
            at=page.now,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
        if commit:
            return done(request, page.entry, commit, _("parted"))
    context = {"page": page, "form": form, "field": field}
    return render(request, "matters/split.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring a matter back that had gone into another."""
    user, now = user_of(request), timezone.now()
    rows = Entry.objects.visible_to(user, queries.today()).filter(deleted=True)
    entry = get_object_or_404(rows.select_related("place__parent"), pk=key)
    form = WhyForm(_("Why"), request.POST or None, initial={"version": entry.version})
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, ties.unmerge, entry=entry, by=user, at=now, reason=reason):
            messages.success(request, f"已拆开，{entry.title}接着办。")
            return redirect("matters:matter", key=entry.pk)
    context = {"entry": entry, "form": form}
    return render(request, "matters/unmerge.html", context, status=422 if form.errors else 200)


@require_POST
def similar(request: HttpRequest, ledger: str) -> HttpResponse:
    """What looks like the matter that is being recorded: a part of the form's page.

    By POST, so that what is typed stands in no address and no log.
    """
    definition = catalogue().ledgers.get(ledger)
    if definition is None or not definition.flow:
        raise Http404
    place = Place.objects.filter(pk=request.POST.get("place", "")).first()
    found = (
        like(definition, place, request.POST.dict(), user_of(request), queries.today(), limit=3)
        if place
        else []
    )
    context = {"found": [tied(each.entry) for each in found]}
    return render(request, "matters/parts/similar.html", context)
