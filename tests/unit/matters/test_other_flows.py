"""What the packs do not use yet: soft guards, pauses, hours, set fields, steps out of an end.

A pack is written to a folder and loaded like a site's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import queries, services
from qianxian.matters.acts import acts_of, marks_of
from qianxian.matters.clocks import runs_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.page import MatterPage
from tests.unit.matters.office import Office, flow_of, paths

PACK = {
    "pack.yaml": "name: 采石场\norder: 90\n",
    "ledgers/quarry_fault.yaml": """
name: 隐患台账
place: village
date: fixed_on
flow: quarry_fault
title: [what]
fields:
  - {name: what, label: 隐患, type: text}
  - {name: grade, label: 等级, type: choice, choices: [一般, 重大]}
  - {name: fixed_on, label: 整改日期, type: date}
  - {name: cost, label: 花费, type: money, min: 0}
  - {name: result, label: 结果, type: text}
  - {name: contact, label: 联系电话, type: phone, private: true}
""",
    "flows/quarry_fault.yaml": """
name: 隐患整改
initial: found
begins: [order]
states:
  found: {label: 已发现}
  ordered: {label: 整改中}
  waiting: {label: 等鉴定, within: {days: 20}}
  fixed: {label: 待复查}
  closed: {label: 已销号, kind: closed}
clocks:
  - {id: order, label: 下指令, days: 4, kind: hours, basis: 检查办法, confirmed: true}
  - {id: fix, label: 整改, days: 10, kind: natural, basis: 指令书写明, confirmed: true, roll: true}
steps:
  - {id: order, label: 责令整改, from: [found], to: ordered, role: village_clerk, needs: [contact], starts: [fix], stops: [order]}
  - {id: pause, label: 送鉴定, from: [ordered], to: waiting, role: village_clerk, pauses: [fix]}
  - {id: resume, label: 鉴定回来, from: [waiting], to: ordered, role: village_clerk, starts: [fix]}
  - id: fix
    label: 整改完成
    from: [ordered]
    to: fixed
    role: village_clerk
    sets: {fixed_on: today, result: 已整改}
    evidence: {file: 1}
    guards:
      - {require: cost is not null, says: 还没记花费。}
  - id: close
    label: 复查销号
    from: [fixed]
    to: closed
    role: acceptance_officer
    stops: [fix]
    differs_from: [fix]
    hard: false
    guards:
      - {require: grade = '一般', says: 重大隐患要县里销号。, hard: true}
  - {id: again, label: 又发现, from: [closed], to: ordered, role: acceptance_officer, starts: [fix]}
""",
}


@pytest.fixture(autouse=True)
def pack(settings: Any, tmp_path: Path) -> Iterator[None]:
    for name, text in PACK.items():
        file = tmp_path / "packs" / "quarry" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip(), encoding="utf-8")
    settings.PACKS = [*settings.PACKS, tmp_path / "packs"]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def clerk(make_user: Callable[..., User], township: Place) -> User:
    """A clerk of every line, as hazards are not the environment's."""
    return make_user("王秀英", role="office_clerk", place=township, username="wangxy")


@pytest.fixture
def hazard(
    make_entry: Callable[..., Entry], office: Office, village: Place, start: datetime
) -> Entry:
    given = {"what": "电线裸露", "grade": "一般"}
    return make_entry("quarry_fault", given, place=village, at=start)


def take(office: Office, entry: Entry, step: str, at: datetime, **more: Any) -> Any:
    values = {"contact": "13900000000"} if step == "order" else {}
    return office.take(entry, step, at, **{"values": values, **more})


def test_the_new_flow_can_be_walked(hazard: Entry) -> None:
    assert ("order", "fix", "close") in paths(flow_of(hazard))


def test_a_new_matter_starts_the_clocks_that_its_flow_begins_with(
    hazard: Entry, start: datetime
) -> None:
    assert hazard.due_on == timezone.localdate(start)
    (run,) = runs_of(flow_of(hazard).clock_by_id, marks_of(flow_of(hazard), acts_of(hazard)))
    assert run.because == "登记"


def test_a_pause_has_a_last_day_of_its_own_and_after_it_the_limit_ends_later(
    hazard: Entry, office: Office, start: datetime
) -> None:
    take(office, hazard, "order", start)
    due = hazard.due_on
    take(office, hazard, "pause", start + timedelta(days=2))
    paused = hazard.due_on
    take(office, hazard, "resume", start + timedelta(days=9))

    assert due == date(2026, 11, 13)
    assert paused == date(2026, 11, 25)
    assert hazard.due_on == date(2026, 11, 20)


def test_a_soft_guard_opens_for_a_written_reason_and_the_story_tells(
    hazard: Entry, office: Office, start: datetime
) -> None:
    take(office, hazard, "order", start)
    with pytest.raises(InvalidEntry) as refused:
        take(office, hazard, "fix", start, reason="")
    assert refused.value.errors == {"reason": "还没记花费。一定要办，写明理由。"}

    take(office, hazard, "fix", start, reason="业主自己出的，没有票")

    assert acts_of(hazard)[-1].act["opened"] == ["还没记花费。一定要办，写明理由。"]


def test_a_soft_bar_on_the_same_person_opens_for_a_written_reason(
    hazard: Entry, office: Office, start: datetime
) -> None:
    doer = office.a["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=doer)
    take(office, hazard, "order", start)
    take(office, hazard, "fix", start, reason="没有票")
    with pytest.raises(InvalidEntry, match="最好换人"):
        take(office, hazard, "close", start, by=doer, reason="")

    take(office, hazard, "close", start, by=doer, reason="复查岗外出学习")

    assert hazard.state == "closed"
    assert "何春桃" in acts_of(hazard)[-1].act["opened"][0]


@pytest.mark.parametrize("grade", ["重大", None])
def test_a_hard_guard_opens_for_no_reason_also_where_nothing_can_be_told(
    grade: str | None,
    make_entry: Callable[..., Entry],
    office: Office,
    village: Place,
    start: datetime,
) -> None:
    entry = make_entry(
        "quarry_fault", {"what": "护栏松动", "grade": grade}, place=village, at=start
    )
    take(office, entry, "order", start)
    take(office, entry, "fix", start, reason="没有票")

    with pytest.raises(StepRefused, match="重大隐患要县里销号"):
        take(office, entry, "close", start, reason="县里口头同意了")

    assert entry.state == "fixed"


def test_a_step_sets_fields_and_a_paper_may_be_photographed(
    hazard: Entry, office: Office, start: datetime
) -> None:
    take(office, hazard, "order", start)
    with pytest.raises(InvalidEntry) as refused:
        take(office, hazard, "fix", start, reason="没有票", photos=[])
    assert refused.value.errors == {"photos": "还差 1 张材料（拍照即可）。"}

    take(office, hazard, "fix", start, reason="没有票")

    assert hazard.data["result"] == "已整改"
    assert hazard.on == timezone.localdate(start)


def test_a_field_that_is_set_to_today_gives_way_to_the_day_that_was_typed(
    hazard: Entry, office: Office, start: datetime
) -> None:
    take(office, hazard, "order", start)

    take(office, hazard, "fix", start, values={"fixed_on": "2026-11-02"}, reason="没有票")

    assert hazard.on == date(2026, 11, 2)


def test_a_private_field_is_wanted_and_sealed_and_counts_as_filled(
    hazard: Entry, office: Office, start: datetime
) -> None:
    with pytest.raises(InvalidEntry, match="还差：联系电话"):
        take(office, hazard, "order", start, values={})

    take(office, hazard, "order", start)

    assert "13900000000" not in str(hazard.data)
    assert "contact" in acts_of(hazard)[-1].body["private"]


def test_a_step_out_of_an_end_opens_a_new_episode_by_itself(
    hazard: Entry, office: Office, start: datetime
) -> None:
    take(office, hazard, "order", start)
    take(office, hazard, "fix", start, reason="没有票")
    take(office, hazard, "close", start)

    take(office, hazard, "again", start + timedelta(days=30))

    assert (hazard.state, hazard.episode) == ("ordered", 2)
    assert hazard.post == office.posts["village_clerk"]


def test_more_hours_may_be_asked_for_until_the_minute_is_over(
    hazard: Entry, office: Office, start: datetime
) -> None:
    given: dict[str, Any] = {
        "entry": hazard,
        "clock_id": "order",
        "days": 2,
        "by": office.a["village_clerk"],
        "post": office.posts["village_clerk"],
        "version": hazard.version,
        "reason": "路断了",
    }
    with pytest.raises(StepRefused, match="期限已经过了"):
        services.ask_extension(at=start + timedelta(hours=4, minutes=1), **given)

    services.ask_extension(at=start + timedelta(hours=4), **given)

    page = MatterPage(hazard, office.a["leader"], start + timedelta(hours=4))
    assert page.ask is not None


def test_a_paused_limit_can_not_be_extended_and_its_page_says_that_it_is_paused(
    hazard: Entry, office: Office, start: datetime, client: Client
) -> None:
    take(office, hazard, "order", start)
    take(office, hazard, "pause", start + timedelta(days=2))
    page = MatterPage(hazard, office.a["village_clerk"], start + timedelta(days=3))
    client.force_login(office.a["village_clerk"])

    text = client.get(reverse("matters:matter", args=[hazard.pk])).content.decode()

    assert [run.clock.id for run in page.extendable] == ["in_waiting"]
    assert "暂停中" in text
    assert "恢复以后接着算" in text
    with pytest.raises(StepRefused, match="没有在走"):
        services.ask_extension(
            entry=hazard,
            clock_id="fix",
            days=2,
            by=office.a["village_clerk"],
            post=office.posts["village_clerk"],
            at=start + timedelta(days=3),
            version=hazard.version,
            reason="等结果",
        )


def test_a_state_that_the_flow_no_longer_has_is_open_and_shown_by_its_id(
    hazard: Entry, office: Office, client: Client
) -> None:
    Entry.objects.filter(pk=hazard.pk).update(state="lost")
    hazard.refresh_from_db()
    client.force_login(office.a["village_clerk"])

    text = client.get(reverse("matters:matter", args=[hazard.pk])).content.decode()

    assert "lost" in text
    assert queries.waiting(hazard, date(2026, 11, 18)).state == "lost"
    with pytest.raises(StepRefused, match="这一件是“lost”"):
        take(office, hazard, "order", timezone.now())


def test_the_page_of_another_flow_has_a_form_for_its_step(
    hazard: Entry, office: Office, client: Client
) -> None:
    client.force_login(office.a["village_clerk"])

    shown = client.get(reverse("matters:step", args=[hazard.pk, "order"]))
    sent = client.post(
        reverse("matters:step", args=[hazard.pk, "order"]),
        {"version": hazard.version, "contact": "13900000001"},
    )

    assert "联系电话" in shown.content.decode()
    assert sent.status_code == 302
