"""Fixtures of reports: an old one that was read, and a new one that is being written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from qianxian.core.models import Place, User
from qianxian.indicators.services import set_targets
from qianxian.reports import services
from qianxian.reports.models import Report, SourceReport
from qianxian_figures import Period
from tests.unit.reports.office import OLD_NAME, OLD_REPORT, READY, accept_toilets, clean_up

YEAR = Period.year(2026)


@pytest.fixture
def writer(make_user: Callable[..., User], township: Place) -> User:
    """A clerk of the party office, who writes for every line."""
    return make_user("陈文", role="office_clerk", place=township, username="chenwen")


@pytest.fixture
def source(township: Place, village: Place, writer: User, now: datetime) -> SourceReport:
    return services.read_report(
        data=OLD_REPORT.encode(), name=OLD_NAME, place=township, by=writer, at=now
    )


@pytest.fixture
def records(village: Place, group: Place, now: datetime) -> None:
    """This year's records: five toilets, nine cleanups."""
    accept_toilets(5, date(2026, 6, 1), group, now)
    clean_up(9, date(2026, 5, 20), village, now)


@pytest.fixture
def targets(township: Place, writer: User, now: datetime) -> None:
    for period, value in ((YEAR, 6), (Period.year(2027), 8)):
        set_targets(
            indicator_id="toilets_renovated",
            period=period,
            values={township: Decimal(value)},
            by=writer,
            at=now,
        )


@pytest.fixture
def draft(
    township: Place, source: SourceReport, records: None, targets: None, writer: User, now: datetime
) -> Report:
    """This year's report in the words of last year's."""
    return services.draft_report(
        place=township, period=YEAR, base=source, by=writer, at=now, issuer="青禾镇人民政府"
    )


@pytest.fixture
def ready(
    township: Place, group: Place, records: None, targets: None, writer: User, now: datetime
) -> Report:
    """A half-year report that waits for nothing."""
    half = Period.of("2026-H1")
    accept_toilets(4, date(2025, 5, 10), group, now)
    for period, value in ((half, 8), (Period.of("2026-H2"), 6)):
        set_targets(
            indicator_id="toilets_renovated",
            period=period,
            values={township: Decimal(value)},
            by=writer,
            at=now,
        )
    report = services.draft_report(
        place=township, period=half, by=writer, at=now, issuer="青禾镇人民政府"
    )
    return services.edit_draft(
        report=report, version=report.version, template=READY, by=writer, at=now
    )
