"""The page of reminders: where one's own go, and for an administrator what became of all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qianxian.core import gate, queries
from qianxian.core.permissions import Permission
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import reminding
from qianxian.matters.forms_passing import AddressForm
from qianxian.matters.models import Mail
from qianxian.matters.views.common import user_of

_LISTED = 60


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """One's own address, one's own mails; an administrator sees everybody's, without their text."""
    user = user_of(request)
    form = AddressForm(request.POST or None, initial={"address": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            reminding.set_address(user=user, address=form.cleaned_data["address"].strip())
        except InvalidEntry as error:
            form.refuse(error)
        else:
            messages.success(request, "邮箱存好了。" if user.email else "不再发邮件提醒。")
            return redirect("matters:reminders")
    is_admin = bool(gate.reaches(user, Permission.PEOPLE_EDIT, queries.today()))
    mails = Mail.objects.select_related("user")
    context = {
        "form": form,
        "is_on": reminding.is_on(),
        "is_admin": is_admin,
        "mails": (mails if is_admin else mails.filter(user=user))[:_LISTED],
    }
    return render(request, "matters/reminders.html", context, status=422 if form.errors else 200)
