"""Taking steps, for every flow of the packs: each way is walked, each shortcut is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import Conflict, NotAllowed, NotVisible
from qianxian.core.models import Commit, Grant, Place, User
from qianxian.ledgers.history import versions
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import services
from qianxian.matters.acts import acts_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Kind, pictures_needed
from qianxian.matters.page import MatterPage
from qianxian.matters.photos import Photo
from tests.unit.matters.office import MakeMatter, Office, flow_of, paths, way_to

FLOW = catalogue().flows["toilet_renovation"]
ALL_PATHS = paths(FLOW)
ILLEGAL = [
    (state, step.id) for state, step in product(FLOW.states, FLOW.steps) if state not in step.from_
]
HARD = [step.id for step in FLOW.steps if step.differs_from and step.hard]


@pytest.mark.parametrize("path", ALL_PATHS, ids="-".join)
def test_every_way_through_the_flow_can_be_walked_to_its_end(
    path: tuple[str, ...], matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, path, start)

    end = flow_of(matter).step_by_id[path[-1]].to
    assert matter.state == end
    assert matter.post is None
    assert matter.due_on is None
    assert [act.step for act in acts_of(matter) if act.step] == list(path)


def test_there_are_ways_to_walk_and_shortcuts_to_refuse() -> None:
    assert {path[-1] for path in ALL_PATHS} == {"accept", "give_up"}
    assert len(ILLEGAL) > 20


@pytest.mark.parametrize(("state", "step"), ILLEGAL)
def test_every_step_that_does_not_lead_on_is_refused_and_changes_nothing(
    state: str, step: str, matter: Entry, office: Office, start: datetime
) -> None:
    last = office.walk(matter, way_to(FLOW, state), start)
    commits, version = Commit.objects.count(), matter.version

    with pytest.raises(StepRefused, match="现在不能"):
        office.take(matter, step, last + timedelta(days=1), reason="县里催得急")

    matter.refresh_from_db()
    assert (matter.state, matter.version) == (state, version)
    assert Commit.objects.count() == commits


def test_an_unknown_step_is_refused_by_name(matter: Entry, office: Office, start: datetime) -> None:
    with pytest.raises(StepRefused, match="没有“fly”这一步"):
        services.take_step(
            entry=matter,
            step_id="fly",
            by=office.a["village_clerk"],
            post=office.posts["village_clerk"],
            at=start,
            version=matter.version,
        )


@pytest.mark.parametrize("step", HARD)
@pytest.mark.parametrize("rank", ["a", "b"])
@pytest.mark.parametrize("role", ["inspector", "office_clerk", "leader", "village_clerk"])
def test_who_reported_it_done_cannot_close_it_whatever_the_role_and_the_reason(
    step: str, rank: str, role: str, matter: Entry, office: Office, start: datetime
) -> None:
    doer = getattr(office, rank)["village_clerk"]
    # The doer gets everything that could open the step: the post itself, and any role.
    office.posts["acceptance_officer"].holdings.filter(rank=rank.upper()).update(user=doer)
    Grant.objects.create(role=role, place=office.posts["leader"].place, user=doer)
    office.walk(matter, ("declare", "start"), start)
    office.take(matter, "complete", start + timedelta(days=3), by=doer)

    with pytest.raises(StepRefused, match="要换人，写理由也不行"):
        office.take(matter, step, start + timedelta(days=4), by=doer, reason="人手不够")

    matter.refresh_from_db()
    assert matter.state == "completed"


def test_who_typed_the_report_for_another_cannot_close_it_either(
    matter: Entry, office: Office, start: datetime
) -> None:
    typist = office.a["acceptance_officer"]
    Grant.objects.create(role="office_clerk", place=office.posts["leader"].place, user=typist)
    office.walk(matter, ("declare", "start"), start)
    later = start + timedelta(days=3)
    office.take(matter, "complete", later, by=typist, on_behalf_of="hechuntao")

    with pytest.raises(StepRefused, match="陈秋月"):
        office.take(matter, "accept", later + timedelta(days=1), by=typist)

    office.take(matter, "accept", later, by=office.b["acceptance_officer"])
    assert matter.state == "accepted"


def test_who_reported_it_done_cannot_type_the_closing_for_another_either(
    matter: Entry, office: Office, start: datetime
) -> None:
    doer = office.a["village_clerk"]
    last = office.walk(matter, ("declare", "start", "complete"), start)
    closing: dict[str, Any] = {"by": doer, "on_behalf_of": "chenqiuyue"}

    with pytest.raises(StepRefused, match="请陈秋月自己办"):
        office.take(matter, "accept", last, **closing)
    Grant.objects.create(role="office_clerk", place=office.posts["leader"].place, user=doer)
    with pytest.raises(StepRefused, match="“完工报验”是何春桃办的"):
        office.take(matter, "accept", last, **closing)


def test_nobody_in_a_village_types_for_who_looks_at_its_work(
    matter: Entry, office: Office, start: datetime
) -> None:
    last = office.walk(matter, ("declare", "start", "complete"), start)
    colleague = office.b["village_clerk"]

    with pytest.raises(StepRefused, match="不能替他们录"):
        office.take(matter, "accept", last, by=colleague, on_behalf_of="chenqiuyue")
    view = next(v for v in MatterPage(matter, colleague, last).steps if v.step.id == "accept")
    assert (view.typists_for, [need.kind for need in view.shut]) == ("", [Kind.POST])


def test_after_a_return_the_one_who_reported_the_second_time_is_barred_and_not_others(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, ("declare", "start", "complete", "send_back"), start)
    b = office.b["village_clerk"]
    office.take(matter, "complete", start + timedelta(days=5), by=b)
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=b)

    with pytest.raises(StepRefused, match="刘建军"):
        office.take(matter, "accept", start + timedelta(days=6), by=b)


@pytest.mark.parametrize("step", [step.id for step in FLOW.steps])
def test_a_step_belongs_to_holders_of_a_post_with_its_duty(
    step: str, matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    last = office.walk(matter, way_to(FLOW, FLOW.step_by_id[step].from_[0]), start)

    with pytest.raises(StepRefused, match="不能由王干事办"):
        office.take(matter, step, last + timedelta(days=1), by=chief_clerk, reason="代办")


def test_a_post_of_another_village_cannot_take_the_step(
    make_matter: MakeMatter, office: Office, other_village: Place, start: datetime, make_post: Any
) -> None:
    elsewhere = make_post("报账员", duty="village_clerk", place=other_village, a=office.a["leader"])
    matter = make_matter()

    with pytest.raises(StepRefused, match="这一步归清水村办公室·报账员办"):
        office.take(matter, "declare", start, by=office.a["leader"], post=elsewhere)


def test_the_b_holder_may_take_a_step_at_any_time(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.take(matter, "declare", start, by=office.b["village_clerk"])

    assert acts_of(matter)[-1].by_name == "刘建军"


def test_outside_the_gate_there_is_no_matter(
    matter: Entry, office: Office, start: datetime, outsider: User
) -> None:
    with pytest.raises(NotVisible):
        office.take(matter, "declare", start, by=outsider)


@pytest.mark.parametrize("step", [step.id for step in FLOW.steps])
def test_a_step_names_everything_that_it_lacks_at_its_field(
    step: str, matter: Entry, office: Office, start: datetime
) -> None:
    definition = FLOW.step_by_id[step]
    last = office.walk(matter, way_to(FLOW, definition.from_[0]), start)
    wanted = set(definition.needs)
    wanted |= {"photos"} if pictures_needed(definition) else set()
    wanted |= {"reason"} if definition.reason else set()

    with pytest.raises(InvalidEntry) as refused:
        office.take(matter, step, last + timedelta(days=1), {}, photos=[], reason="  ")

    assert set(refused.value.errors) == wanted
    assert all(says.startswith("还差") for says in refused.value.errors.values())


def test_a_field_that_was_filled_when_it_was_recorded_is_not_asked_for_again(
    make_matter: MakeMatter, office: Office, start: datetime
) -> None:
    matter = make_matter({"kind": "三瓮式"})

    office.take(matter, "declare", start, {"declared_on": "2026-11-03"})

    assert matter.data["kind"] == "三瓮式"


def test_values_are_parsed_and_checked_like_in_the_ledger(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, ("declare",), start)

    with pytest.raises(InvalidEntry) as refused:
        office.take(
            matter,
            "start",
            start + timedelta(days=1),
            {"started_on": "2026-10-01", "builder": "刘师傅"},
        )

    assert refused.value.errors == {"started_on": "开工日期不得早于申报日期，请核对这两个日期。"}


def test_only_what_is_wrong_is_named_when_one_field_cannot_be_read(
    matter: Entry, office: Office, start: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        office.take(matter, "declare", start, {"kind": "水桶", "declared_on": "2026-11-03"})

    assert set(refused.value.errors) == {"kind"}


def test_a_later_steps_field_cannot_be_slipped_in_early(
    matter: Entry, office: Office, start: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        office.take(
            matter,
            "declare",
            start,
            {"kind": "三格化粪池", "declared_on": "2026-11-03", "accepted_on": "2026-11-03"},
        )

    assert "验收合格，销号" in refused.value.errors["accepted_on"]


def test_the_business_date_cannot_lie_ahead(matter: Entry, office: Office, start: datetime) -> None:
    last = office.walk(matter, ("declare", "start", "complete"), start)

    with pytest.raises(InvalidEntry, match="还没到"):
        office.take(matter, "accept", last, {"accepted_on": "2026-12-24"})


def test_a_repeated_step_wants_its_fields_anew_and_says_what_they_were(
    matter: Entry, office: Office, start: datetime
) -> None:
    last = office.walk(matter, ("declare", "start", "complete", "send_back"), start)

    with pytest.raises(InvalidEntry) as refused:
        office.take(matter, "complete", last + timedelta(days=1), {})

    assert refused.value.errors == {"completed_on": "还差：完工日期要重新填，上次是 11月5日。"}


def test_a_photo_proves_one_step_only(matter: Entry, office: Office, start: datetime) -> None:
    photo = office.photo()
    office.walk(matter, ("declare", "start"), start)
    office.take(matter, "complete", start + timedelta(days=3), photos=[photo])

    with pytest.raises(InvalidEntry, match="前面的步骤用过了"):
        office.take(matter, "accept", start + timedelta(days=4), photos=[photo])


def test_a_photo_that_is_not_kept_proves_nothing(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, ("declare", "start"), start)

    with pytest.raises(InvalidEntry, match="没有传上来"):
        office.take(matter, "complete", start + timedelta(days=3), photos=[Photo("ab" * 32)])


def test_the_revision_holds_state_owner_due_date_evidence_and_step(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, ("declare", "start"), start)
    photo = office.photo()
    office.take(matter, "complete", start + timedelta(days=3), photos=[photo])

    body = versions(matter)[-1].body
    assert body["state"] == "completed"
    assert body["post"] == office.posts["acceptance_officer"].pk
    assert body["due_on"] == "2026-11-20"
    assert body["evidence"] == [photo.digest]
    assert body["act"] == {"step": "complete", "photos": [{"digest": photo.digest}]}


def test_the_second_of_two_takers_hears_who_was_first(
    matter: Entry, office: Office, start: datetime
) -> None:
    office.walk(matter, ("declare", "start", "complete"), start)
    seen_by_second = Entry.objects.get(pk=matter.pk)
    later = start + timedelta(days=4)
    office.take(matter, "accept", later, by=office.a["acceptance_officer"])

    with pytest.raises(Conflict, match="陈秋月 10:00 已经办了“验收合格，销号”，现在是“已验收”"):
        office.take(
            seen_by_second,
            "send_back",
            later + timedelta(minutes=2),
            by=office.b["acceptance_officer"],
        )

    matter.refresh_from_db()
    assert matter.state == "accepted"


def test_a_typist_must_be_one_who_may_record_here(
    matter: Entry, office: Office, start: datetime
) -> None:
    with pytest.raises(NotAllowed):
        office.take(
            matter,
            "declare",
            start,
            by=office.a["acceptance_officer"],
            on_behalf_of="hechuntao",
        )


def test_one_types_only_for_a_person_who_holds_the_post(
    matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    with pytest.raises(StepRefused, match="不能由陈秋月办"):
        office.take(matter, "declare", start, by=chief_clerk, on_behalf_of="chenqiuyue")


def test_the_commit_tells_who_typed_and_for_whom(
    matter: Entry, office: Office, start: datetime, chief_clerk: User
) -> None:
    office.take(matter, "declare", start, by=chief_clerk, on_behalf_of="hechuntao")

    act = acts_of(matter)[-1]
    assert act.by_name == "王干事"
    assert act.people == {"wangganshi": "王干事", "hechuntao": "何春桃"}


def test_giving_up_wants_a_reason_and_the_word_of_the_household_and_ends_the_matter(
    matter: Entry, office: Office, start: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        office.take(matter, "give_up", start, photos=[], reason=" ")
    assert set(refused.value.errors) == {"photos", "reason"}

    office.take(matter, "give_up", start, reason="农户外出，今年不改")

    assert matter.state == "dropped"
    assert matter.post is None
    assert acts_of(matter)[-1].reason == "农户外出，今年不改"
