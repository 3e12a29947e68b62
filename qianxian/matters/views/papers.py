"""Papers of matters: the file, its cancelling, 发文登记, and the form to sign on paper."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import queries
from qianxian.core.downloads import download_file
from qianxian.ledgers.models import Entry
from qianxian.matters import papers
from qianxian.matters.forms import WhyForm
from qianxian.matters.models import Paper
from qianxian.matters.page import facts_of
from qianxian.matters.register import register_of
from qianxian.matters.telling import story_of
from qianxian.matters.views.common import attempt, entry_of, page_of, user_of


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """发文登记: every number in order, void ones too."""
    found = register_of(user_of(request), queries.today(), request.GET.dict())
    return render(request, "matters/register.html", {"register": found})


@require_safe
def paper(request: HttpRequest, key: UUID, digest: str) -> HttpResponseBase:
    """The file of a paper; only for those who see the matter."""
    entry = entry_of(request, key)
    row = get_object_or_404(Paper, entry=entry, digest=digest)
    path = papers.path_of(row.digest)
    if not path.exists():
        raise Http404
    return download_file(path.open("rb"), f"{row.number}{row.name}.docx")


@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a paper: its number stays and is not given again."""
    user = user_of(request)
    seen = Entry.objects.visible_to(user, queries.today()).present()
    row = get_object_or_404(Paper.objects.select_related("entry"), pk=pk, entry__in=seen)
    initial = {"version": row.entry.version}
    form = WhyForm(_("Why"), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, papers.void, paper=row, by=user, at=timezone.now(), reason=reason):
            messages.success(request, f"{row.number}已作废，号不再用。")
            return redirect("matters:papers")
    context = {"paper": row, "form": form}
    return render(request, "matters/void.html", context, status=422 if form.errors else 200)


@require_safe
def form(request: HttpRequest, key: UUID) -> HttpResponse:
    """The matter on one sheet of A4, with room for opinions, signatures and a seal."""
    page = page_of(request, key)
    context = {"page": page, "facts": facts_of(page), "story": story_of(page)}
    return render(request, "matters/form.html", context)
