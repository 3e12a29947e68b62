"""People: the list, one person, accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import queries
from qianxian.core.errors import UserError
from qianxian.core.models import Absence, Holding, User
from qianxian.core.people import absences, accounts, board, rights
from qianxian.core.people.forms import AbsenceForm, FindForm, PersonForm
from qianxian.core.people.names import username_for
from qianxian.core.people.views.common import page, person_of, require_manager, save
from qianxian.core.requests import SignedIn


@require_safe
def index(request: SignedIn) -> HttpResponse:
    """Everybody of the township, found by name or initials."""
    on, form = queries.today(), FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = board.people(request.user, on, words)
    context = {
        "form": form,
        "rows": rows,
        "told": f"{len(rows)} 个人",
        "words": words,
        "manages": rights.manages_somewhere(request.user, on),
    }
    return render(request, "core/people/persons.html", context)


@require_safe
def person(request: SignedIn, key: int) -> HttpResponse:
    """One person: posts over time, days away; the account for those who manage it."""
    user, on, found = request.user, queries.today(), person_of(request, key)
    held = Holding.objects.filter(user=found).select_related("post__office")
    context = {
        "person": found,
        "holdings": held.order_by("-valid_from", "rank"),
        "absences": found.absences.filter(last_day__gte=on).order_by("first_day"),
        "may_tell": rights.may_tell_absence(user, found, on),
        "manages": rights.manages_person(user, found, on) and found.pk != user.pk,
    }
    return render(request, "core/people/person.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Make an account; the answer shows the password, this once."""
    require_manager(request)
    user, on = request.user, queries.today()
    form = PersonForm(request.POST or None, user=user, on=on)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken = set(User.objects.values_list("username", flat=True))
        data["username"] = data["username"] or username_for(data["name"], taken)
        try:
            made, password = accounts.create_person(**data, by=user, at=timezone.now())
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return _password_once(request, made, password)
    return page(request, "new_person", form)


@never_cache
@require_POST
def reset(request: SignedIn, key: int) -> HttpResponse:
    found = person_of(request, key)
    password = accounts.reset_password(person=found, by=request.user, at=timezone.now())
    return _password_once(request, found, password)


def _password_once(request: SignedIn, person: User, password: str) -> HttpResponse:
    """Answered at once rather than after a redirect, so that the password is kept nowhere."""
    context = {"person": person, "password": password}
    return render(request, "core/people/password_once.html", context)


@require_POST
def close(request: SignedIn, key: int) -> HttpResponse:
    found = person_of(request, key)
    accounts.close_account(person=found, by=request.user, at=timezone.now())
    messages.success(request, f"{found}的账号停用了。他办过的事都还在。")
    return redirect("people:person", found.pk)


@require_POST
def reopen(request: SignedIn, key: int) -> HttpResponse:
    found = person_of(request, key)
    accounts.reopen_account(person=found, by=request.user, at=timezone.now())
    messages.success(request, f"{found}的账号又能用了。岗位要另外派。")
    return redirect("people:person", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: SignedIn, key: int) -> HttpResponse:
    """Days away, for oneself or for somebody whose post one manages."""
    user, on, found = request.user, queries.today(), person_of(request, key)
    absences.require_teller(user, found, on)
    start = {"first_day": on, "last_day": on}
    form = AbsenceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        made: list[Absence] = []

        def act() -> None:
            data = form.cleaned_data
            made.append(absences.enter_absence(user=found, **data, by=user, at=timezone.now()))

        to = ("people:me",) if found.pk == user.pk else ("people:person", found.pk)
        if done := save(request, form, act, "请假记下了，不在的日子由B岗代。", *to):
            for post in absences.uncovered(made[0]):
                messages.warning(request, f"这几天{post}没有B岗在，没人代。请负责人安排一个人。")
            return done
    return page(request, "absence", form, person=found, covers=absences.covers_of(found, on))


@require_POST
def end_absence(request: SignedIn, key: int) -> HttpResponse:
    """Back at work: B no longer covers from today on."""
    one = get_object_or_404(Absence.objects.select_related("user__home"), pk=key)
    person_of(request, one.user_id)
    absences.end_absence(absence=one, by=request.user, at=timezone.now())
    messages.success(request, "销假了，今天起自己办。")
    if one.user_id == request.user.pk:
        return redirect("people:me")
    return redirect("people:person", one.user_id)
