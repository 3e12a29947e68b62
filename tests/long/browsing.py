"""A client of the running product: signs in, fills the form that a page holds, sends it."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlencode, urljoin

import lxml.html
from lxml.html import FormElement


class NoAnswer(Exception):
    """The server went away: whether the request was carried out is not known."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: status, the address that it came from in the end, and the text."""

    status: int
    address: str
    text: str

    def form(self, field: str) -> dict[str, str]:
        """The values of the form that holds this field, as a browser would send them back."""
        for form in lxml.html.document_fromstring(self.text).iter("form"):
            if isinstance(form, FormElement) and field in form.fields:
                return {str(name): str(value) for name, value in form.form_values()}
        raise AssertionError(f"no form with {field} on {self.address}:\n{self.text[:2000]}")


class Client:
    """One person at one browser. An answer of the server that is an error of its own is raised."""

    def __init__(self, base: str, *, timeout: float = 60.0) -> None:
        self.base, self.timeout = base, timeout
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> Page:
        return self._open(path, None)

    def post(self, path: str, values: Mapping[str, str]) -> Page:
        return self._open(path, urlencode(values).encode())

    def sign_in(self, username: str, password: str) -> None:
        found = self.get("/sign-in/")
        if "/sign-in/" not in found.address:
            return  # signed in by a request whose answer was cut off
        form = found.form("login")
        page = self.post("/sign-in/", {**form, "login": username, "password": password})
        assert "/sign-in/" not in page.address, page.text

    def _open(self, path: str, data: bytes | None) -> Page:
        address = urljoin(self.base, path)
        request = urllib.request.Request(address, data, {"Referer": address})  # noqa: S310
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return Page(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            if error.code >= 500:
                raise AssertionError(f"{error.code} for {address}:\n{text[:2000]}") from error
            return Page(error.code, error.url or address, text)
        except (OSError, HTTPException) as error:
            raise NoAnswer(str(error)) from error
