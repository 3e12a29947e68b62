"""Turning a UserError that reached the top into a page in plain Chinese."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from qianxian.core import gate
from qianxian.core.errors import UserError, status_of


def _has_nul(request: HttpRequest) -> bool:
    """NUL is no sign that anybody types, and PostgreSQL takes no text that has it."""
    sent = [request.path, *_values(request.GET), *_values(request.POST)]
    return any("\0" in text for text in sent)


def _values(data: QueryDict) -> list[str]:
    return [str(text) for _, texts in data.lists() for text in texts]


class UserErrorPage:
    """Views catch the errors that they can show beside a field; the rest end here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul(request):
            says = "送来的文字里有打不出来的符号，没有办。请重新输入，不要从别的程序里粘。"
            return render(request, "user_error.html", {"says": says}, status=400)
        if request.method in ("GET", "HEAD"):
            with gate.remembering():
                return self.get_response(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, UserError):
            return None
        says = {"says": str(error)}
        return render(request, "user_error.html", says, status=status_of(error))
