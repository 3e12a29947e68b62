"""Beginning and editing a report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest

from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, NotAllowed, UserError
from qianxian.core.models import Place, Post, Revision, User
from qianxian.indicators.services import set_targets
from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import state_of, store
from qianxian.plans.services import accept_task, plan_for
from qianxian.reports import services
from qianxian.reports.models import Report, SourceReport
from qianxian.reports.queries import Look, look_at
from qianxian.reports.slots import BadSlot
from qianxian_figures import Period
from tests.unit.reports.office import READY, accept_toilets

# Each test computes a report or two, which takes longer than 0.1 s.
pytestmark = pytest.mark.slow

H1 = Period.of("2026-H1")


def look(report: Report, on: date = date(2026, 11, 18)) -> Look:
    report.refresh_from_db()
    return look_at(report, on=on)


def edited(report: Report, template: str, by: User, at: datetime) -> Report:
    report.refresh_from_db()
    return services.edit_draft(
        report=report, version=report.version, template=template, by=by, at=at
    )


def test_a_draft_has_last_years_words_and_this_years_figures(draft: Report) -> None:
    text = look(draft).plain

    assert "我镇按照自愿申请的办法推进改厕。2026年计划改厕6户，完成改厕5户" in text
    assert "改厕4户" not in text


def test_the_title_moves_on_with_the_years(draft: Report) -> None:
    assert draft.title == "青禾镇2026年工作总结和2027年工作打算"


def test_paragraphs_of_the_packs_fill_in_what_the_old_report_lacked(draft: Report) -> None:
    assert "## 村庄清洁行动" in draft.template
    assert "组织村庄清洁行动9次" in look(draft).plain


def test_problems_are_drafted_from_targets_that_are_behind(draft: Report) -> None:
    assert "改（新）建农村户用厕所慢于计划进度，任务6户，完成5户，完成率83.3%" in look(draft).plain


def test_villages_behind_are_named_with_their_shares(
    township: Place, village: Place, group: Place, writer: User, now: datetime
) -> None:
    accept_toilets(1, date(2026, 3, 1), group, now)
    set_targets(
        indicator_id="toilets_renovated",
        period=H1,
        values={township: Decimal(4), village: Decimal(4)},
        by=writer,
        at=now,
    )

    report = services.draft_report(place=township, period=H1, by=writer, at=now)

    assert (
        "没有完成任务，任务4户，完成1户，完成率25.0%，其中清水村完成率为25.0%" in look(report).plain
    )


def test_overdue_matters_are_a_problem_and_a_figure(
    township: Place, group: Place, writer: User, post: Post, now: datetime
) -> None:
    keys = accept_toilets(2, date(2026, 3, 1), group, now)
    entries = Entry.objects.filter(pk__in=keys)
    late = [state_of(e, state="started", post=post.code, due_on=date(2026, 4, 1)) for e in entries]
    store(states=late, township=township, by=Actor.of(writer), at=now)

    report = services.draft_report(place=township, period=H1, by=writer, at=now)

    assert "农村户厕改造台账2件" in look(report).plain


@pytest.fixture
def post(make_post: object, township: Place) -> Post:
    return make_post("改厕专干", duty="toilet_officer", place=township)  # type: ignore[operator,no-any-return]


def test_the_next_plan_is_drafted_from_targets_and_tasks(
    township: Place, writer: User, now: datetime
) -> None:
    plan = plan_for(place=township, period=Period.of("2026-H2"), by=writer, at=now)
    accept_task(
        plan=plan,
        text="改厕",
        indicator_id="toilets_renovated",
        value=Decimal(60),
        by=writer,
        at=now,
    )
    accept_task(plan=plan, text="修好三组水渠", by=writer, at=now)

    report = services.draft_report(place=township, period=H1, by=writer, at=now)

    assert "改（新）建农村户用厕所60户；修好三组水渠。" in look(report).plain


def test_without_an_old_report_the_packs_give_the_words(
    township: Place, writer: User, now: datetime
) -> None:
    report = services.draft_report(place=township, period=H1, by=writer, at=now)

    assert report.title == "青禾镇2026年上半年工作总结"
    assert "# {{ period }}工作完成情况\n\n## 基本情况\n\n{{ place }}现有" in report.template
    assert "\n\n## 农村厕所革命\n\n" in report.template
    assert {f.name for f in look(report).missing} >= {"改（新）建农村户用厕所", "村庄清洁行动"}


def test_what_nobody_has_looked_at_is_listed(draft: Report) -> None:
    assert "【核对：去年写“1.2公里”】" in look(draft).to_check


def test_an_edit_is_a_new_version_and_a_revision(
    ready: Report, writer: User, now: datetime
) -> None:
    before = Revision.objects.filter(key=f"report/{ready.pk}").count()

    saved = edited(ready, READY.replace("全镇", "全镇累计"), writer, now)

    assert saved.version == ready.version + 1
    assert "全镇累计完成改厕5户" in look(saved).plain
    assert Revision.objects.filter(key=f"report/{ready.pk}").count() == before + 1


def test_the_second_of_two_writers_is_told_of_the_first(
    ready: Report, writer: User, now: datetime
) -> None:
    opened = ready.version
    edited(ready, READY + "先存的。", writer, now)

    with pytest.raises(Conflict, match="陈文 10:30 存过这份稿"):
        services.edit_draft(report=ready, version=opened, template="后存的", by=writer, at=now)

    ready.refresh_from_db()
    assert "先存的" in ready.template


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("改厕{{ nobody_knows }}。", "没有“nobody_knows”这个指标"),
        ("改厕{{ toilets_renovated。", "第1行"),
        ("| 村 |\n改厕", "分隔线"),
    ],
)
def test_a_template_that_says_nothing_is_not_saved(
    template: str, sentence: str, ready: Report, writer: User, now: datetime
) -> None:
    with pytest.raises(BadSlot, match=sentence):
        edited(ready, template, writer, now)

    ready.refresh_from_db()
    assert ready.template == READY


def test_a_red_head_asks_for_an_issuer_and_a_number_for_its_form(
    ready: Report, writer: User, now: datetime
) -> None:
    save = partial(
        services.edit_draft,
        report=ready,
        version=ready.version,
        template=READY,
        by=writer,
        at=now,
    )

    with pytest.raises(UserError, match="红头要有发文机关"):
        save(issuer="", has_letterhead=True)
    with pytest.raises(UserError, match="不是发文字号"):
        save(number="三号文")


def test_who_may_only_read_may_not_write(ready: Report, leader: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        edited(ready, READY, leader, now)


def test_a_moved_figure_is_shown_until_the_writer_has_seen_it(
    ready: Report, group: Place, writer: User, now: datetime
) -> None:
    accept_toilets(1, date(2026, 6, 20), group, now)

    moved = {d.key: (d.seen.text, d.now.text) for d in look(ready).drifts}
    assert moved["toilets_renovated"] == ("5户", "6户")

    services.accept_figures(report=ready, by=writer, at=now)
    assert look(ready).drifts == []


def test_a_chosen_base_changes_the_growth(
    ready: Report, township: Place, writer: User, now: datetime
) -> None:
    text = "青禾镇2025年上半年工作总结\n一、上半年工作完成情况\n完成改厕2户，群众很满意。"
    services.read_report(data=text.encode(), name="去年.txt", place=township, by=writer, at=now)
    assert look(ready).figures["toilets_renovated.growth"].text == "150.0%"

    services.choose_base(
        report=ready, key="toilets_renovated.growth", choice="computed", by=writer, at=now
    )

    assert look(ready).figures["toilets_renovated.growth"].text == "25.0%"


def test_a_correction_is_put_in_where_the_words_stand_once(
    ready: Report, writer: User, now: datetime
) -> None:
    edited(ready, READY + "\n同乡村振兴有限衔接。\n", writer, now)
    key = next(key for key, f in look(ready).findings if f.correction)

    services.apply_correction(report=ready, finding=key, by=writer, at=now)

    ready.refresh_from_db()
    assert "有效衔接" in ready.template
    with pytest.raises(UserError, match="已经改过"):
        services.apply_correction(report=ready, finding=key, by=writer, at=now)


def test_a_number_typed_by_hand_is_held_against_the_records(
    ready: Report, writer: User, now: datetime
) -> None:
    edited(ready, READY.replace("改厕{{ toilets_renovated }}", "改厕7户"), writer, now)

    found = [f for _, f in look(ready).open_errors if f.rule == "R101"]

    assert [f.quote for f in found] == ["7户"]
    assert "是5户" in found[0].message


def test_a_number_typed_by_hand_that_agrees_is_let_be(
    ready: Report, writer: User, now: datetime
) -> None:
    edited(ready, READY.replace("改厕{{ toilets_renovated }}", "改厕5户"), writer, now)

    assert [f for _, f in look(ready).findings if f.rule == "R101"] == []


def test_a_draft_keeps_which_old_report_it_learned_from(
    draft: Report, source: SourceReport
) -> None:
    assert draft.base == source
