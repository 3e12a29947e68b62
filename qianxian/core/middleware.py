"""Turning a UserError that reached the top into a page in plain Chinese."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qianxian.core.errors import Conflict, NotAllowed, NotVisible, UserError

_STATUS: dict[type[UserError], int] = {NotVisible: 404, NotAllowed: 403, Conflict: 409}


class UserErrorPage:
    """Views catch the errors that they can show beside a field; the rest end here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, UserError):
            return None
        status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 422)
        return render(request, "user_error.html", {"says": str(error)}, status=status)
