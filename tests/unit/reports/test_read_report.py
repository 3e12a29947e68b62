"""Handing in an old report: kept, read once, its figures kept as reported."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from qianxian.core.commits import head_number
from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, Revision, User
from qianxian.core.verify import verify
from qianxian.indicators.models import ReportedFigure
from qianxian.reports import files, services
from qianxian.reports.models import SourceReport
from qianxian.reports.stored import load_document
from qianxian_figures import Period, Status
from qianxian_reader import Document, read
from tests.unit.reports.office import OLD_NAME, OLD_REPORT


def handed_in(
    text: str, place: Place, by: User, at: datetime, period: Period | None = None
) -> SourceReport:
    return services.read_report(
        data=text.encode(), name=OLD_NAME, place=place, by=by, at=at, period=period
    )


def test_the_file_is_kept_byte_for_byte_under_its_digest(source: SourceReport) -> None:
    assert files.load(source.digest) == OLD_REPORT.encode()


def test_a_changed_file_is_not_handed_out(source: SourceReport, data: object) -> None:
    path = files._path(source.digest)
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(UserError, match="和存进来时不一样"):
        files.load(source.digest)


def test_the_reading_comes_back_as_it_was(source: SourceReport) -> None:
    from qianxian.core.definitions import catalogue

    source.refresh_from_db()
    document: Document = load_document(source.reading)

    assert document == read(OLD_REPORT.encode(), OLD_NAME, catalogue=catalogue())


def test_period_title_and_counts_are_what_the_report_says(source: SourceReport) -> None:
    document = load_document(source.reading)

    assert source.title == "青禾镇2025年工作总结和2026年工作打算"
    assert source.period == Period.year(2025)
    assert (source.figures_count, source.tasks_count) == (
        len(document.figures),
        len(document.tasks),
    )


def test_figures_are_kept_as_reported_with_their_own_period(
    source: SourceReport, township: Place
) -> None:
    rows = ReportedFigure.objects.filter(indicator="toilets_renovated", place=township)

    told = {(str(r.period), r.status, r.value) for r in rows}
    assert told == {
        ("2025", Status.ACTUAL, Decimal(4)),
        ("2025", Status.PLAN, Decimal(5)),
        ("2026", Status.PLAN, Decimal(6)),
    }
    assert {r.document for r in rows} == {source.digest}


def test_a_figure_about_a_village_is_not_the_townships(
    township: Place, village: Place, writer: User, now: datetime
) -> None:
    text = "青禾镇2025年工作总结\n一、2025年工作完成情况\n清水村栽树20棵。大坪村栽树30棵。"

    handed_in(text, township, writer, now)

    places = dict(ReportedFigure.objects.values_list("value", "place__name"))
    assert places[Decimal(20)] == "清水村"
    assert places[Decimal(30)] == "青禾镇"
    assert not ReportedFigure.objects.exclude(indicator="").exists()


def test_reading_the_same_file_again_adds_nothing(
    source: SourceReport, township: Place, writer: User, now: datetime
) -> None:
    before = head_number(township)

    again = handed_in(OLD_REPORT, township, writer, now)

    assert again == source
    assert head_number(township) == before


def test_the_reading_is_a_revision_of_an_intact_stream(
    source: SourceReport, township: Place
) -> None:
    keys = set(Revision.objects.filter(kind=Revision.Kind.REPORT).values_list("key", flat=True))

    assert keys == {f"source/{source.pk}"}
    assert not list(verify(township.stream))


def test_a_report_that_names_no_year_asks_for_one(
    township: Place, writer: User, now: datetime
) -> None:
    text = "工作总结\n一、完成情况\n改厕4户，群众都很满意。"

    with pytest.raises(UserError, match="看不出这份报告写的是哪一年"):
        handed_in(text, township, writer, now)

    told = handed_in(text, township, writer, now, period=Period.of("2025-H1"))
    assert told.period == Period.of("2025-H1")


def test_a_file_that_cannot_be_read_says_what_to_do(
    township: Place, writer: User, now: datetime, data: object
) -> None:
    with pytest.raises(UserError, match=r"另存为 \.docx"):
        services.read_report(data=b"x", name="总结.doc", place=township, by=writer, at=now)

    assert not SourceReport.objects.exists()


def test_who_sees_no_reports_is_told_that_nothing_is_there(
    township: Place, outsider: User, leader: User, now: datetime
) -> None:
    with pytest.raises(NotVisible):
        handed_in(OLD_REPORT, township, outsider, now)
    with pytest.raises(NotAllowed, match="不归你的岗位写"):
        handed_in(OLD_REPORT, township, leader, now)
