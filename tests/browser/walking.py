"""People who work on one site in a real browser, on a clock that moves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.office import Clock, signed_in

_ON_THE_PHONE = frozenset(("taoxi", "luqh"))


class Week:
    """The site, its clock, and one signed-in page for each person."""

    def __init__(self, address: str, browser: Browser, clock: Clock, folder: Path) -> None:
        self.address, self.clock = address, clock
        self._browser, self._folder = browser, folder
        self._pages: dict[str, Page] = {}
        self._photos = count(1)

    def as_(self, username: str) -> Page:
        phone = username in _ON_THE_PHONE
        if username not in self._pages:
            self._pages[username] = signed_in(self._browser, self.address, username, phone=phone)
        return self._pages[username]

    def at(self, username: str, path: str) -> Page:
        page = self.as_(username)
        page.goto(f"{self.address}{path}")
        return page

    def move(self, days: int) -> None:
        """On to another day: sessions end overnight, so that everybody signs in anew."""
        self.clock.move(days)
        for page in self._pages.values():
            page.context.close()
        self._pages.clear()

    def day(self, ahead: int = 0) -> date:
        return self.clock.today + timedelta(days=ahead)

    def photo(self) -> Path:
        """Each step wants one that no other step used."""
        number = next(self._photos)
        path = self._folder / f"{number}.jpg"
        Image.new("RGB", (640, 480), (100 + number, 140, 90)).save(path)
        return path

    def step(self, username: str, matter: str, step: str, values: Mapping[str, object]) -> Page:
        """Take a step of a matter with these values and a photo where one is asked for."""
        page = self.at(username, f"/matters/{matter}/steps/{step}/")
        fill(page, values)
        for field in page.locator("main input[type=file]").all()[:1]:
            field.set_input_files(self.photo())
        page.get_by_role("button", name=re.compile("^存")).click()
        return page

    def took(self, username: str, matter: str, step: str, **values: object) -> None:
        page = self.step(username, matter, step, values)
        page.wait_for_url(re.compile(rf"/matters/{matter}/$"))


def fill(page: Page, values: Mapping[str, object]) -> None:
    """Fields by name: a choice by what it says, several by a tuple, a date as it is typed."""
    for name, value in values.items():
        for one in value if isinstance(value, tuple) else (value,):
            _fill_one(page, name, _typed(one))


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def _fill_one(page: Page, name: str, text: str) -> None:
    near = page.locator(f"main input[name={name}_near][value='{text}']")
    if near.count():
        near.first.check(force=True)
        return
    other = page.locator(f"main input[name={name}_near][value=other]")
    if other.count():
        other.first.check(force=True)
    choice = page.locator(f"main input[name={name}][value='{text}']")
    field = page.locator(f"main [name={name}]").first
    if choice.count() and choice.first.get_attribute("type") in ("radio", "checkbox"):
        choice.first.check(force=True)
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)


def save_new(page: Page, ledger: str) -> str:
    """Save the form of a new entry and wait for its page; returns its key."""
    page.get_by_role("button", name=re.compile("^存")).click()
    page.wait_for_url(re.compile(rf"/ledgers/{ledger}/[0-9a-f-]{{36}}/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def record_below(page: Page, link: str, values: Mapping[str, object]) -> None:
    """From the page of an entry to the form of what hangs on it, and back when that is saved.

    The form's address holds the key of the entry above, so each wait names its page whole.
    """
    above = page.url
    page.get_by_role("link", name=link).first.click()
    page.wait_for_url(re.compile(r"/new/\?"))
    fill(page, values)
    page.get_by_role("button", name=re.compile("^存")).click()
    page.wait_for_url(above)
