"""Workbooks made for a test, and one call that checks or lands them as the worker would."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.imports import jobs, services
from qianxian.imports.models import ImportRun
from qianxian_packs import Ledger

Hand = Callable[..., ImportRun]


def workbook(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> bytes:
    """One sheet for each list of rows; texts stay texts."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        for n, rows in enumerate(sheets):
            sheet = book.add_worksheet(names[n] if names else None)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r, c, value)
    return out.getvalue()


@pytest.fixture
def cleanup() -> Ledger:
    return catalogue().ledgers["cleanup"]


@pytest.fixture
def household() -> Ledger:
    return catalogue().ledgers["household"]


@pytest.fixture
def toilets() -> Ledger:
    return catalogue().ledgers["toilet_renovation"]


@pytest.fixture
def checked(clerk: User, township: Place, now: datetime) -> Hand:
    """checked(ledger, rows…): the run after its check, as the clerk sees it."""

    def hand_in(
        ledger: Ledger,
        *sheets: Sequence[Sequence[Any]],
        by: User | None = None,
        name: str = "台账.xlsx",
        names: Sequence[str] = (),
    ) -> ImportRun:
        run = services.hand_in(
            data=workbook(*sheets, names=names),
            name=name,
            ledger=ledger,
            township=township,
            by=by or clerk,
            at=now,
        )
        jobs.check_import.call(run.pk, run.check_number)
        run.refresh_from_db()
        return run

    return hand_in


@pytest.fixture
def landed(checked: Hand, now: datetime) -> Hand:
    """landed(ledger, rows…): the run after its landing."""

    def hand_in(ledger: Ledger, *sheets: Any, changes: bool = False, **more: Any) -> ImportRun:
        run = checked(ledger, *sheets, **more)
        return land(run, now, changes=changes)

    return hand_in


def land(run: ImportRun, now: datetime, *, changes: bool = False) -> ImportRun:
    services.request_landing(run=run, takes_changes=changes, by=run.by, at=now)
    jobs.land_import.call(run.pk)
    run.refresh_from_db()
    return run
