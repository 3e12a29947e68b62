"""Sending a report out: what is in the way, what is frozen, what goes stale."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest

from qianxian.core.commits import Actor
from qianxian.core.errors import NotAllowed, UserError
from qianxian.core.files import digest_of
from qianxian.core.models import Place, Revision, User
from qianxian.indicators.services import set_targets
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import state_of, store
from qianxian.reports import files, services
from qianxian.reports.models import Report
from qianxian.reports.panel import panel
from qianxian.reports.queries import look_at
from qianxian.reports.services import NotReady
from qianxian.reports.stored import load_lines
from qianxian_documents import read_figures
from qianxian_figures import Period
from qianxian_reader import read
from tests.unit.reports.office import READY, accept_toilets

# Each test computes a report or two, which takes longer than 0.1 s.
pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 18)


def publish(report: Report, by: User, at: datetime) -> Report:
    return services.publish_report(report=report, by=by, at=at)


def reasons(report: Report, by: User, at: datetime) -> str:
    with pytest.raises(NotReady) as refused:
        publish(report, by, at)
    report.refresh_from_db()
    assert report.status == Report.Status.DRAFT
    return "".join(refused.value.reasons)


def edited(report: Report, template: str, by: User, at: datetime) -> None:
    report.refresh_from_db()
    services.edit_draft(report=report, version=report.version, template=template, by=by, at=at)


def test_publishing_freezes_text_figures_as_of_and_file(
    ready: Report, leader: User, now: datetime
) -> None:
    report = publish(ready, leader, now)

    assert (report.status, report.published_by, report.published_at) == (
        "published",
        "周明",
        now,
    )
    assert "全镇完成改厕5户，同比增长25.0%，完成任务的62.5%。组织村庄清洁行动9次。" in report.text
    assert digest_of(files.load(report.docx_digest)) == report.docx_digest
    body = Revision.objects.filter(key=f"report/{report.pk}").order_by("-pk")[0].body
    assert report.docx_digest in body


def test_the_frozen_lines_say_what_the_text_says(
    ready: Report, leader: User, now: datetime
) -> None:
    report = publish(ready, leader, now)
    report.refresh_from_db()

    lines = load_lines(report.frozen)

    assert "".join(f"{line.text}\n" for line in lines) == report.text
    keys = {run.figure for line in lines for run in line.runs if run.figure}
    assert keys == set(report.figures.values_list("key", flat=True))


def test_a_figure_without_data_is_in_the_way(
    ready: Report, writer: User, leader: User, now: datetime
) -> None:
    edited(ready, READY + "\n完工{{ toilets_under_way }}。\n", writer, now)

    assert "户厕改造在建还没有数" in reasons(ready, leader, now)


def test_words_left_open_and_last_years_words_are_in_the_way(
    ready: Report, writer: User, leader: User, now: datetime
) -> None:
    edited(ready, READY + "\n【待补：水渠】，【核对：去年写“2台”】。\n", writer, now)

    said = reasons(ready, leader, now)

    assert "【待补：水渠】还没补上" in said
    assert "【核对：去年写“2台”】还没核对" in said


def test_an_error_of_the_check_is_in_the_way_until_it_is_dismissed_with_a_reason(
    ready: Report, writer: User, leader: User, now: datetime
) -> None:
    edited(ready, READY + "\n调解纠纷46起，其中土地12起、邻里18起、家庭关键词2起。\n", writer, now)
    look = look_at(ready, on=TODAY)
    ready.refresh_from_db()
    look = look_at(ready, on=TODAY)
    assert look.open_errors
    assert look.open_errors[0][1].message in reasons(ready, leader, now)

    for key, _ in look.open_errors:
        with pytest.raises(UserError, match="还没写为什么"):
            services.dismiss_finding(of=ready, finding=key, reason=" ", by=writer, at=now)
        services.dismiss_finding(of=ready, finding=key, reason="原话如此", by=writer, at=now)

    assert publish(ready, leader, now).is_published


def test_a_dismissal_can_be_taken_back(ready: Report, writer: User, now: datetime) -> None:
    edited(ready, READY + "\n各项工作关键词2都很好，群众非常满意。\n", writer, now)
    ready.refresh_from_db()
    key = look_at(ready, on=TODAY).open_errors[0][0]
    services.dismiss_finding(of=ready, finding=key, reason="原话如此", by=writer, at=now)

    services.restore_finding(of=ready, finding=key, by=writer, at=now)

    ready.refresh_from_db()
    assert look_at(ready, on=TODAY).open_errors[0][0] == key


def test_a_finding_that_is_gone_cannot_be_dismissed(
    ready: Report, writer: User, now: datetime
) -> None:
    with pytest.raises(UserError, match="疑点不在了"):
        services.dismiss_finding(of=ready, finding="x-1", reason="没事", by=writer, at=now)


def test_a_figure_that_moved_unseen_is_in_the_way(
    ready: Report, group: Place, leader: User, now: datetime
) -> None:
    accept_toilets(1, date(2026, 6, 20), group, now)

    assert "写稿时5户，现在6户" in reasons(ready, leader, now)


def test_a_writer_may_not_publish_nor_anybody_twice(
    ready: Report, writer: User, leader: User, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="印发"):
        publish(ready, writer, now)
    publish(ready, leader, now)

    with pytest.raises(UserError, match="已经印发过了"):
        publish(ready, leader, now)
    with pytest.raises(UserError, match="不能再改"):
        edited(ready, READY, writer, now)


def test_the_docx_gives_the_same_figures_back(ready: Report, leader: User, now: datetime) -> None:
    report = publish(ready, leader, now)
    data = files.load(report.docx_digest)

    texts = {f.key: f.text for f in report.figures.all()}
    assert {run.figure: run.text for run in read_figures(data)} == texts

    values = Counter((f.printed, f.unit) for f in report.figures.all())
    found = Counter((f.value, f.unit) for f in read(data, "发文.docx").figures)
    assert found == values


def test_publishing_the_same_report_gives_the_same_bytes(
    ready: Report, leader: User, now: datetime
) -> None:
    from qianxian.reports.services.publishing import docx_of

    look = look_at(ready, on=TODAY)

    assert docx_of(look, by="周明", at=now) == docx_of(look, by="周明", at=now)


def test_a_later_record_marks_exactly_the_figures_that_moved(
    ready: Report, group: Place, leader: User, now: datetime
) -> None:
    report = publish(ready, leader, now)
    frozen = report.text

    accept_toilets(1, date(2026, 6, 20), group, now)

    report.refresh_from_db()
    moved = {d.key: (d.seen.text, d.now.text) for d in look_at(report, on=TODAY).drifts}
    assert moved == {
        "toilets_renovated": ("5户", "6户"),
        "toilets_renovated.growth": ("25.0%", "50.0%"),
        "toilets_renovated.progress": ("62.5%", "75.0%"),
    }
    assert report.text == frozen


def test_a_correction_is_told_with_who_when_and_why(
    ready: Report, group: Place, leader: User, clerk: User, now: datetime
) -> None:
    report = publish(ready, leader, now)
    entry = Entry.objects.filter(ledger="toilet_renovation", on__year=2026).first()
    assert entry is not None
    later = {**entry.data, "accepted_on": "2026-07-09"}
    store(
        states=[state_of(entry, data=later, on=date(2026, 7, 9))],
        township=report.place,
        by=Actor.of(clerk),
        at=now,
        reason="没看盖板",
    )
    report.refresh_from_db()

    shown = panel(look_at(report, on=TODAY), "toilets_renovated", clerk, TODAY)

    assert shown is not None
    assert shown.why is not None
    assert (shown.text, shown.now) == ("5户", "4户")
    assert (shown.why.came, shown.why.went) == (0, 1)
    item = shown.why.items[0]
    assert item.entry == entry
    assert item.commit is not None
    assert (item.commit.by_name, item.commit.reason) == ("王秀英", "没看盖板")


def test_who_may_not_see_the_records_sees_how_many_moved(
    ready: Report, group: Place, leader: User, outsider: User, now: datetime
) -> None:
    report = publish(ready, leader, now)
    accept_toilets(2, date(2026, 6, 20), group, now)
    report.refresh_from_db()

    shown = panel(look_at(report, on=TODAY), "toilets_renovated", outsider, TODAY)

    assert shown is not None
    assert shown.why is not None
    assert shown.why.came == 2
    assert [item.entry for item in shown.why.items] == [None, None]


def test_a_changed_target_is_stale_without_records(
    ready: Report, township: Place, writer: User, leader: User, now: datetime
) -> None:
    report = publish(ready, leader, now)
    set_targets(
        indicator_id="toilets_renovated",
        period=Period.of("2026-H2"),
        values={township: Decimal(9)},
        by=writer,
        at=now,
    )
    report.refresh_from_db()

    look = look_at(report, on=TODAY)

    assert [d.key for d in look.drifts] == ["toilets_renovated.next_target"]
    shown = panel(look, "toilets_renovated.next_target", leader, TODAY)
    assert shown is not None
    assert shown.why is None


def test_a_year_that_ends_later_does_not_make_a_report_stale(
    township: Place, group: Place, targets: None, writer: User, leader: User, now: datetime
) -> None:
    accept_toilets(5, date(2026, 6, 1), group, now)
    accept_toilets(4, date(2025, 6, 1), group, now)
    accept_toilets(9, date(2025, 12, 1), group, now)
    report = services.draft_report(place=township, period=Period.year(2026), by=writer, at=now)
    template = "# 完成情况\n\n改厕{{ toilets_renovated }}{{ toilets_renovated.growth }}。\n"
    edited(report, template, writer, now)
    publish(report, leader, now)
    report.refresh_from_db()

    look = look_at(report, on=date(2027, 3, 1))

    assert "改厕5户，同比增长25.0%" in report.text
    assert look.drifts == []
