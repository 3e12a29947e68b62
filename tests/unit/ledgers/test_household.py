"""What the page of a household is made of: who sees what, members by days, measures by risks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers.household import members, package, visits
from qianxian.ledgers.household.names import page_url
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.unit.ledgers.household import Family

MakeEntry = Callable[..., Entry]
MakeUser = Callable[..., User]


@pytest.fixture
def family(make_entry: MakeEntry, everywhere: User, now: datetime) -> Family:
    made = make_entry("household", {"head": "孙有福", "persons": 2, "kind": "一般农户"})
    return Family(made, everywhere, now)


def told(family: Family, day: date | None = None) -> members.Members:
    return members.members_on(family.seen_by(family.by), day or family.at.date())


def titles(family: Family) -> list[str]:
    home = family.seen_by(family.by)
    return [card.title for card in members.findings(home, members.members_on(home, home.reader.on))]


# ---- members ----


def test_members_are_those_of_the_day_by_their_dates(family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.member("孙一宁", "子女", "2020-03-03")
    family.member("孙大山", "父母", "2006-05-01", "2024-12-03", "死亡")

    then, now = told(family, date(2010, 1, 1)), told(family)

    assert [m.name for m in then.present] == ["孙有福", "孙大山"]
    assert (then.left, then.later) == ((), 1)
    assert [m.name for m in now.present] == ["孙有福", "孙一宁"]
    assert [(m.name, m.left_on, m.why_left) for m in now.left] == [
        ("孙大山", date(2024, 12, 3), "死亡")
    ]


def test_the_day_of_leaving_is_the_first_day_without_them(family: Family) -> None:
    family.member("孙大山", "父母", "2006-05-01", "2024-12-03", "死亡")

    assert [m.name for m in told(family, date(2024, 12, 2)).present] == ["孙大山"]
    assert told(family, date(2024, 12, 3)).present == ()


def test_whoever_comes_back_is_there_twice_with_both_stretches(family: Family) -> None:
    family.member("孙一宁", "子女", "2010-03-03", "2020-06-01", "迁出")
    family.member("孙一宁", "子女", "2023-02-01")

    found = told(family)

    assert [m.joined_on for m in found.present] == [date(2023, 2, 1)]
    assert [m.joined_on for m in found.left] == [date(2010, 3, 3)]


def test_a_household_that_fits_has_no_finding(family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.member("罗小满", "配偶", "2008-02-10")

    assert titles(family) == []


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([("孙有福", "户主"), ("罗小满", "户主")], ["有 2 个户主"]),
        ([("孙大山", "户主"), ("罗小满", "配偶")], ["户主不在家庭成员里"]),
        ([("孙有福", "子女"), ("罗小满", "户主")], ["户主对不上"]),
        ([("孙有福", "子女"), ("罗小满", "配偶")], ["成员里没有户主"]),
        ([("孙有福", "户主")], ["人数对不上"]),
        ([], ["还没登家庭成员"]),
    ],
)
def test_what_does_not_fit_is_found(
    family: Family, people: list[tuple[str, str]], expected: list[str]
) -> None:
    for name, relation in people:
        family.member(name, relation, "2006-05-01")

    assert titles(family) == expected


def test_a_finding_leads_to_where_it_is_put_right(family: Family) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    second = family.member("罗小满", "户主", "2008-02-10")
    home = family.seen_by(family.by)

    card = members.findings(home, members.members_on(home, home.reader.on))[0]

    assert str(second.pk) in card.fix_url
    assert "孙有福、罗小满" in card.reason


def test_a_past_day_is_not_held_against_the_register_of_today(family: Family) -> None:
    family.member("孙大山", "父母", "2006-05-01", "2024-12-03", "死亡")
    home = family.seen_by(family.by)

    assert members.findings(home, members.members_on(home, date(2010, 1, 1))) == []


def test_of_a_member_who_may_not_be_seen_there_is_no_name(
    family: Family, make_entry: MakeEntry, other_village: Place, village_clerk: User
) -> None:
    away = make_entry("resident", {"number": "9", "name": "周外人"}, place=_group_of(other_village))
    family.record(
        "membership",
        {"resident": str(away.pk), "relation": "户主", "joined_on": "2020-01-01"},
    )
    home = family.seen_by(village_clerk)

    found = members.members_on(home, home.reader.on)

    assert [(m.resident, m.name) for m in found.present] == [(None, "")]
    assert "周外人" not in str(members.findings(home, found))


def _group_of(village: Place) -> Place:
    from qianxian.core.places import open_place

    return open_place(code=f"{village.code}001", name="一组", level="group", parent=village)


# ---- measures ----


def test_each_risk_stands_beside_its_measures_and_a_bare_one_is_told(family: Family) -> None:
    matter = family.monitored(risks=["因病", "因学"])
    family.measure("因病", "医疗救助", matter, started_on="2026-11-10", amount="6840")

    found = package.package_of(family.seen_by(family.by))

    assert found is not None
    ill, school = found.risks
    assert (ill.name, [m.content for m in ill.measures], ill.proposed) == ("因病", ["医疗救助"], ())
    assert (school.name, school.measures, school.proposed) == ("因学", (), ("教育帮扶",))
    assert found.bare == 1
    assert found.proposes
    assert str(matter.pk) in found.record_url


def test_a_measure_for_no_declared_risk_and_one_on_no_monitoring_are_told_apart(
    family: Family,
) -> None:
    matter = family.monitored(risks=["因病"])
    family.measure("因房", "修屋顶", matter)
    family.measure("因病", "医疗救助", None)

    found = package.package_of(family.seen_by(family.by))

    assert found is not None
    told = {risk.name: (risk.is_declared, risk.measures[0].counts) for risk in found.risks}
    assert told == {"因病": (True, False), "因房": (False, True)}


def test_measures_of_an_earlier_time_are_counted_and_not_mixed_in(family: Family) -> None:
    before = family.monitored("2026-01-05", risks=["因病"])
    family.measure("因病", "医疗救助", before)
    Entry.objects.filter(pk=before.pk).update(state="removed", post=None, due_on=None)
    now = family.monitored("2026-11-05", risks=["因学"])

    home = family.seen_by(family.by)
    found = package.package_of(home)

    assert found is not None
    assert (home.monitoring, found.earlier) == (now, 1)
    assert [risk.name for risk in found.risks] == ["因学"]
    assert list(package.times(home)) == [before]


def test_what_has_ended_is_proposed_nothing(family: Family) -> None:
    matter = family.monitored(risks=["因学"])
    Entry.objects.filter(pk=matter.pk).update(state="removed", post=None, due_on=None)

    found = package.package_of(family.seen_by(family.by))

    assert found is not None
    assert (found.proposes, found.record_url) == (False, "")


def test_proposals_name_kinds_and_risks_of_the_definitions_and_say_they_are_not_confirmed() -> None:
    told, ledgers = package.proposals(), catalogue().ledgers
    kinds = set(ledgers["measure"].by_name["kind"].choices)

    assert set(told.kinds) == set(ledgers["monitoring"].by_name["risks"].choices)
    assert {kind for found in told.kinds.values() for kind in found} <= kinds
    assert told.basis
    assert not told.is_confirmed


@pytest.mark.parametrize(
    ("kind", "titles"),
    [("脱贫不稳定户", ["监测类别和户类型对不上"]), ("边缘易致贫户", []), ("突发严重困难户", [])],
)
def test_the_kind_of_the_monitored_must_fit_the_household(
    family: Family, kind: str, titles: list[str]
) -> None:
    family.monitored(object_kind=kind)

    found = package.kind_findings(family.seen_by(family.by))

    assert [card.title for card in found] == titles


def test_what_is_not_looked_at_is_not_called_assured(family: Family) -> None:
    family.monitored(water_ok=False, housing_ok=True)

    found = {
        each.label: each.holds for each in package.assured(family.seen_by(family.by).monitoring)
    }

    assert (found["饮水安全有保障"], found["住房安全有保障"]) == (False, True)
    assert found["义务教育有保障"] is None


# ---- visits ----


def visit(family: Family, day: str, **more: str) -> Entry:
    return family.record("home_visit", {"visited_on": day, "kind": "日常走访", **more})


def test_visits_come_newest_first_with_the_problems_they_raised(family: Family) -> None:
    visit(family, "2026-10-01")
    second = visit(family, "2026-11-01", visitor="何春桃")
    family.record(
        "visit_problem",
        {"found_on": "2026-11-01", "kind": "饮水", "description": "断水"},
        parent=second,
    )

    found = visits.visits_to(family.seen_by(family.by))

    assert found is not None
    assert [v.entry.on for v in found.visits if v.entry] == [date(2026, 11, 1), date(2026, 10, 1)]
    assert [p.text for p in found.visits[0].problems] == ["断水"]
    assert found.visits[0].problems[0].state == "已发现"
    assert found.open_problems == 1


def test_a_problem_of_an_old_visit_stands_until_it_is_closed(family: Family) -> None:
    old = visit(family, "2026-01-01")
    problem = family.record(
        "visit_problem",
        {"found_on": "2026-01-01", "kind": "住房", "description": "屋顶漏"},
        parent=old,
    )
    for n in range(visits.SHOWN):
        visit(family, f"2026-11-0{n + 1}")

    before = visits.visits_to(family.seen_by(family.by))
    Entry.objects.filter(pk=problem.pk).update(state="closed")
    after = visits.visits_to(family.seen_by(family.by))

    assert before is not None
    assert after is not None
    assert (before.total, [p.text for p in before.visits[-1].problems]) == (6, ["屋顶漏"])
    assert all(v.entry for v in after.visits)
    assert after.open_problems == 0


# ---- what else, and for whom ----


def test_other_ledgers_are_counted_and_their_last_three_shown(
    family: Family, patrol: Ledger
) -> None:
    for n in range(5):
        family.record("patrol", {"number": f"A{n}", "what": "渗漏", "seen_on": f"2026-11-0{n + 1}"})

    (found,) = family.seen_by(family.by).others

    assert (found.ledger.id, found.total) == ("patrol", 5)
    assert [row.title for row in found.rows] == ["A4 渗漏", "A3 渗漏", "A2 渗漏"]


def test_a_ledger_that_is_kept_away_from_pages_about_people_never_comes_up(
    family: Family, petition: Ledger, now: datetime
) -> None:
    # No service would point one to a household; should a row do so all the same, it stays away.
    Entry.objects.create(
        ledger="letter",
        place=family.household.place,
        subject=family.household,
        title="来访 补助",
        on=date(2026, 11, 1),
        changed_at=now,
    )

    home = family.seen_by(family.by)

    assert "letter" not in home.recorded
    assert home.others == []


def test_without_the_line_of_revitalisation_there_are_members_and_nothing_else(
    family: Family, make_user: MakeUser, township: Place
) -> None:
    family.member("孙有福", "户主", "2006-05-01")
    family.measure("因病", "医疗救助", family.monitored(risks=["因病"]))
    visit(family, "2026-11-01")
    reader = make_user("底册员", role="office_clerk", place=township, line="common")

    home = family.seen_by(reader)

    assert [m.name for m in members.members_on(home, home.reader.on).present] == ["孙有福"]
    assert (home.monitoring, package.package_of(home), visits.visits_to(home)) == (None, None, None)
    assert set(home.recorded) == {"membership"}


def test_what_was_removed_is_not_on_the_page(family: Family) -> None:
    seen = visit(family, "2026-11-01")
    Entry.objects.filter(pk=seen.pk).update(deleted=True)

    found = visits.visits_to(family.seen_by(family.by))

    assert found is not None
    assert (found.visits, found.total) == ((), 0)


def test_a_household_with_much_is_read_with_as_many_queries_as_one_with_little(
    family: Family,
) -> None:
    def read() -> int:
        with CaptureQueriesContext(connection) as asked:
            home = family.seen_by(family.by)
            members.members_on(home, home.reader.on)
            package.package_of(home)
            visits.visits_to(home)
        return len(asked)

    family.member("孙有福", "户主", "2006-05-01")
    matter = family.monitored(risks=["因病"])
    few = read()
    for n in range(12):
        family.member(f"孙{n}", "子女", "2010-01-01")
        family.measure("因病", f"措施{n}", matter)
        visit(family, "2026-11-01")

    # One of them fetches the household itself.
    assert read() == few <= 6


def test_only_a_household_has_a_page_of_its_own(family: Family) -> None:
    resident = family.resident("孙有福")

    assert page_url(family.household) == f"/ledgers/household/{family.household.pk}/page/"
    assert page_url(resident) == resident.get_absolute_url()
