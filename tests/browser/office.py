"""A real server with the small demo, and people who sign in to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from qianxian.core.accounts import DEMO_PASSWORD

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
_SLOWEST_START = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path) -> dict[str, str]:
    """The environment of a site: what pytest set for itself is left out."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("QIANXIAN_", "DJANGO_"))}
    return {**inherited, "QIANXIAN_DATA": str(data), "PYTHONUNBUFFERED": "1"}


class Clock:
    """The day of a served site, which a test moves on while the site runs."""

    def __init__(self, file: Path, days: int = 0) -> None:
        self._file = file
        self._days = 0
        self.move(days)

    def move(self, days: int) -> None:
        self._days += days
        self._file.write_text(str(self._days), encoding="ascii")

    @property
    def today(self) -> date:
        return timezone.localdate() + timedelta(days=self._days)

    @property
    def environment(self) -> dict[str, str]:
        path = [str(Path(__file__).parent / "clock"), os.environ.get("PYTHONPATH", "")]
        return {"TEST_CLOCK": str(self._file), "PYTHONPATH": os.pathsep.join(filter(None, path))}


@contextmanager
def served(data: Path, clock: Clock | None = None) -> Iterator[str]:
    """Make the small demo in this folder, serve it with web and worker, give its address."""
    moved = clock.environment if clock else {}
    command = [sys.executable, "-m", "qianxian"]
    subprocess.run(  # noqa: S603  our own program
        [*command, "demo", "--size", "0"],
        cwd=ROOT,
        env=environment(data),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )
    port = free_port()
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603
            [*command, "run", "--no-demo", "--port", str(port)],
            cwd=ROOT,
            env={**environment(data), **moved},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def _wait(address: str) -> None:
    end = time.monotonic() + _SLOWEST_START
    while True:
        try:
            with urllib.request.urlopen(f"{address}/sign-in/", timeout=5):  # noqa: S310
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, username: str, *, phone: bool = False) -> Page:
    """A page of this person, on a desktop or on a phone."""
    size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # the two sizes above
        locale="zh-CN",
        has_touch=phone,
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.locator("form.card button[type=submit]").first.click()
    page.wait_for_url(f"{address}/")
    return page
