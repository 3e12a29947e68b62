"""The flows of people's matters where the law is strict: told by days, numbers and who may act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import services
from qianxian.matters.errors import StepRefused
from qianxian.matters.models import Paper
from tests.unit.matters.office import Office
from tests.unit.matters.stage import Stage

DAY = timedelta(days=1)
Record = Callable[..., Entry]


@pytest.fixture
def office(db: None, standing_stage: Stage) -> Office:
    return standing_stage.office_in(standing_stage.village)


@pytest.fixture
def record(db: None, standing_stage: Stage, start: datetime) -> Record:
    def make(
        name: str, values: dict[str, Any], *, place: Place | None = None, **more: Any
    ) -> Entry:
        row = Row(values, place or standing_stage.village, **more)
        ledger = catalogue().ledgers[name]
        return save_entry(ledger=ledger, row=row, by=standing_stage.clerk, at=start)

    return make


def day(at: datetime, more: int = 0) -> str:
    return (timezone.localdate(at) + more * DAY).isoformat()


@pytest.fixture
def petition(record: Record, standing_stage: Stage, start: datetime) -> Entry:
    values = {
        "number": "XF-1",
        "received_on": day(start),
        "source": "上级转送交办",
        "kind": "申诉求决",
        "topic": "土地山林",
    }
    return record("petition", values, place=standing_stage.township)


def accept(office: Office, petition: Entry, at: datetime, *, within: int = 60) -> None:
    values = {
        "accepted_on": day(at),
        "told_on": day(at),
        "told_how": "书面",
        "finish_by": day(at, within),
        "handler": "自然资源所",
        "no_conflict": "是",
    }
    office.take(petition, "accept", at, values)


def test_a_petition_is_told_within_fifteen_days_and_finished_within_sixty(
    office: Office, petition: Entry, start: datetime
) -> None:
    assert petition.due_on == date(2026, 11, 18)
    with pytest.raises(InvalidEntry, match="最多是受理以后 60 日"):
        accept(office, petition, start, within=61)

    accept(office, petition, start + DAY)

    assert (petition.state, petition.due_on) == ("accepted", date(2027, 1, 3))


def test_more_time_is_given_once_and_thirty_days_at_most(
    office: Office, petition: Entry, start: datetime
) -> None:
    accept(office, petition, start)
    asked: dict[str, Any] = {
        "clock_id": "handle",
        "by": office.a["petition_officer"],
        "post": office.posts["petition_officer"],
        "at": start + DAY,
        "reason": "要等测绘结果",
    }
    with pytest.raises(InvalidEntry, match="1 到 30 之间"):
        services.ask_extension(entry=petition, days=31, version=petition.version, **asked)
    services.ask_extension(entry=petition, days=30, version=petition.version, **asked)
    services.grant_extension(
        entry=petition, by=office.a["leader"], at=start + DAY, version=petition.version
    )
    assert petition.due_on == date(2027, 2, 1)

    with pytest.raises(StepRefused, match="最多延 1 次"):
        services.ask_extension(entry=petition, days=5, version=petition.version, **asked)


def test_what_is_not_ours_goes_back_within_five_working_days(
    office: Office, petition: Entry, start: datetime
) -> None:
    # Received on a Tuesday: the fifth working day after it is the next one.
    at = start + 8 * DAY
    values = {"objection": "林地归林场管", "handed_back_on": day(at), "closed_on": day(at)}

    with pytest.raises(InvalidEntry, match="5 个工作日内提出") as refused:
        office.take(petition, "hand_back", at, values)
    assert list(refused.value.errors) == ["reason"]

    late = values | {"handed_back_on": day(start, 7), "closed_on": day(start, 7)}
    office.take(petition, "hand_back", at, late)
    assert petition.state == "handed_back"


def test_what_somebody_accuses_is_counted_and_nothing_of_it_is_kept(
    record: Record, standing_stage: Stage, start: datetime
) -> None:
    values = {
        "number": "XF-2",
        "received_on": day(start),
        "source": "来信",
        "kind": "检举控告",
        "topic": "村务管理",
    }
    with pytest.raises(InvalidEntry, match="内容不记在这里"):
        record("petition", values | {"summary": "账目不清"}, place=standing_stage.township)

    kept = record("petition", values, place=standing_stage.township)
    assert kept.data.keys() == values.keys()


ORDERED: tuple[tuple[str, dict[str, str]], ...] = (
    ("find_illegal", {"authority": "乡镇政府", "building_area": "80", "land_kind": "建设用地"}),
    ("order", {}),
    ("decide", {}),
    ("urge", {}),
    ("compel", {}),
)


def test_nothing_is_pulled_down_before_every_step_of_the_law(
    office: Office, record: Record, start: datetime
) -> None:
    values = {
        "number": "WJ-1",
        "found_on": day(start),
        "source": "巡查",
        "location": "水库边",
        "is_new": "新增",
        "building_use": "附属房",
    }
    building, at = record("illegal_building", values), start
    flow = catalogue().flows["illegal_building"]
    for name, given in ORDERED:
        with pytest.raises(StepRefused, match="现在不能"):
            office.take(building, "demolish", at, reason="县里催")
        at += 2 * DAY
        step = flow.step_by_id[name]
        ledger = building.definition
        told: dict[str, Any] = {
            field: day(at) if ledger.by_name[field].type == "date" else "1" for field in step.needs
        }
        told |= {f: "是" for f in step.needs if ledger.by_name[f].type == "boolean"}
        office.take(building, name, at, told | given)
    pulled = {
        "appeal": "没有申请也没有起诉",
        "is_lawful_time": "是",
        "removal_kind": "乡镇依法强制拆除",
        "removed_area": "80",
    }

    early = at + 30 * DAY
    with pytest.raises(StepRefused, match="不满六个月"):
        office.take(building, "demolish", early, pulled | {"removed_on": day(early)}, reason="急")
    late = at + 190 * DAY
    with pytest.raises(StepRefused, match="夜间和法定节假日"):
        office.take(
            building, "demolish", late, pulled | {"removed_on": day(late), "is_lawful_time": "否"}
        )

    office.take(building, "demolish", late, pulled | {"removed_on": day(late)})
    assert building.state == "removed"


def test_a_fine_on_the_spot_has_its_limit_by_who_is_fined(
    office: Office, record: Record, start: datetime
) -> None:
    case = record(
        "enforcement",
        {
            "number": "ZF-1",
            "found_on": day(start),
            "source": "日常检查",
            "matter": "市容环卫",
            "party_kind": "公民",
        },
    )
    values = {
        "mandate": "省政府公布的赋权目录",
        "officers": "2",
        "is_card_shown": "是",
        "is_defence_heard": "是",
        "decision_number": "罚〔2026〕1号",
        "decided_on": day(start),
        "penalty": "罚款",
        "fine": "201",
        "delivered_on": day(start),
        "appeal_until": day(start, 184),
    }
    with pytest.raises(StepRefused, match="公民不超过 200 元"):
        office.take(case, "decide_on_spot", start, values, reason="情节严重")

    office.take(case, "decide_on_spot", start, values | {"fine": "200"})
    assert (case.state, case.due_on) == ("delivered", date(2026, 11, 18))


def test_assistance_is_refused_by_a_second_person_with_reasons_to_the_applicant(
    office: Office, record: Record, standing_stage: Stage, start: datetime
) -> None:
    home = record(
        "household",
        {"number": "201-0001", "head": "龚某", "persons": "2"},
        place=standing_stage.group,
    )
    applied = record(
        "social_assistance",
        {"applied_on": day(start), "kind": "低保"},
        place=standing_stage.group,
        subject=home,
    )
    office.take(
        applied,
        "accept",
        start,
        {"accepted_on": day(start), "consent": "是", "consent_on": day(start)},
    )
    survey = {
        "report_number": "HD-7",
        "surveyors": "2",
        "surveyed_on": day(start),
        "income_per_person": "900",
        "standard": "500",
        "is_property_within": "是",
    }
    office.take(applied, "survey", start, survey)
    refusal = {
        "refused_on": day(start),
        "refusal_kind": "收入高过标准",
        "refusal_told_on": day(start),
    }

    with pytest.raises(InvalidEntry, match="还差：不予确认的理由"):
        office.take(applied, "refuse", start, refusal)
    office.take(
        applied, "refuse", start, refusal | {"refusal_reason": "月人均收入 900 元，标准 500 元"}
    )

    assert (applied.state, applied.due_on) == ("refused", None)
    assert "amount" not in applied.data
    paper = Paper.objects.get(entry=applied)
    assert (paper.name, paper.step) == ("不予确认告知书", "不予确认，书面告知")
