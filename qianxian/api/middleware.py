"""Answers of the API are JSON, also where the request never came as far as the API."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from qianxian.api.problems import plain_problem

PREFIX = "/api/v1/"


class JsonAnswers:
    """Puts the pages of errors (no such address, broken signs, too large) into JSON.

    No answer is kept on the way: what a token may see today it may not see tomorrow.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX):
            return response
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if response.status_code >= 400 and not is_json:
            response = plain_problem(response)
        response["Cache-Control"] = "no-store"
        return response
