"""Pages of matters: each can be opened by whom it concerns, and acts as the services do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import Absence, Commit, Place, User
from qianxian.ledgers.models import Entry
from qianxian.matters import services
from qianxian.matters.acts import acts_of
from qianxian.matters.models import Holiday
from tests.unit.matters.office import MakeMatter, Office, asks_for_reason, paths, picture, way_to

FLOW = catalogue().flows["toilet_renovation"]
ILLEGAL = [
    (state, step.id) for state, step in product(FLOW.states, FLOW.steps) if state not in step.from_
]
SignIn = Callable[[User], Client]


def url(name: str, entry: Entry, *more: Any) -> str:
    return reverse(f"matters:{name}", args=[entry.pk, *more])


def upload(seed: int, name: str = "IMG.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(seed).read(), "image/jpeg")


def typed(entry: Entry, step_id: str, *, seed: int) -> dict[str, Any]:
    """What a person would send for a step: today pressed, choices made, a photo taken."""
    step = FLOW.step_by_id[step_id]
    today = timezone.localdate().isoformat()
    form: dict[str, Any] = {"version": entry.version}
    for name in step.needs:
        field = entry.definition.by_name[name]
        if field.type == "date":
            form[f"{name}_near"] = today
        else:
            form[name] = field.choices[0] if field.choices else "刘师傅"
    for n in range(step.evidence.photo):
        form[f"photo_{n + 1}"] = upload(seed + n)
    if asks_for_reason(FLOW, step):
        form["reason"] = "照实情办"
    return form


def at_state(entry: Entry, office: Office, state: str, start: datetime) -> None:
    """Bring the matter there within the last days."""
    for n, step in enumerate(way_to(FLOW, state)):
        office.take(entry, step, start + timedelta(hours=n))


@pytest.mark.parametrize("path", paths(FLOW), ids="-".join)
def test_a_matter_can_be_brought_to_its_end_on_pages_alone(
    path: tuple[str, ...], matter: Entry, office: Office, as_user: SignIn
) -> None:
    for n, step_id in enumerate(path):
        client = as_user(office.a[FLOW.step_by_id[step_id].role])
        page = client.get(url("matter", matter))
        assert url("step", matter, step_id) in page.content.decode()

        form = typed(matter, step_id, seed=10 * n)
        answer = client.post(url("step", matter, step_id), form)

        assert answer.status_code == 302, answer.content.decode()
        matter.refresh_from_db()

    assert matter.state == FLOW.step_by_id[path[-1]].to
    assert client.get(url("matter", matter)).status_code == 200


@pytest.mark.parametrize(("state", "step"), ILLEGAL)
def test_a_step_that_does_not_lead_on_is_refused_by_the_page_too(
    state: str, step: str, matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, state, start)
    commits = Commit.objects.count()
    client = as_user(office.a[FLOW.step_by_id[step].role])

    shown = client.get(url("step", matter, step))
    sent = client.post(url("step", matter, step), typed(matter, step, seed=7))

    assert (shown.status_code, sent.status_code) == (422, 422)
    assert "现在不能" in sent.content.decode()
    matter.refresh_from_db()
    assert matter.state == state
    assert Commit.objects.count() == commits


def test_an_unknown_step_is_refused_by_the_page(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    answer = client.post(url("step", matter, "fly"), {"version": 1})

    assert answer.status_code == 422
    assert "没有“fly”这一步" in answer.content.decode()


def test_the_page_says_why_the_one_who_reported_it_cannot_close_it(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    doer = office.a["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=doer)
    at_state(matter, office, "completed", start)
    client = as_user(doer)

    page = client.get(url("matter", matter)).content.decode()
    form = client.get(url("step", matter, "accept")).content.decode()
    sent = client.post(url("step", matter, "accept"), typed(matter, "accept", seed=3))

    assert "这一步要换人，写理由也不行" in page
    assert "现在不能办这一步" in form
    assert sent.status_code == 422
    matter.refresh_from_db()
    assert matter.state == "completed"


def test_what_is_missing_is_said_at_the_top_and_at_its_field_and_what_was_typed_is_kept(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    client = as_user(office.a["village_clerk"])

    answer = client.post(
        url("step", matter, "start"), {"version": matter.version, "builder": "刘师傅"}
    )

    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("还差：开工日期。") == 2
    assert "刘师傅" in text


def test_a_photo_that_came_in_well_is_kept_while_the_rest_is_put_right(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)
    client = as_user(office.a["acceptance_officer"])
    form = typed(matter, "accept", seed=4) | {"accepted_on_near": "other", "accepted_on": "何时"}

    first = client.post(url("step", matter, "accept"), form)
    assert first.status_code == 422
    kept = first.context["form"].kept_token()
    today = timezone.localdate().isoformat()
    second = client.post(
        url("step", matter, "accept"),
        {"version": matter.version, "accepted_on_near": today, "kept": kept},
    )

    assert second.status_code == 302
    assert len(acts_of(matter)[-1].act["photos"]) == 1


def test_a_kept_photo_of_another_matter_is_not_taken(
    make_matter: MakeMatter, office: Office, start: datetime, as_user: SignIn
) -> None:
    first, second = make_matter(), make_matter()
    for entry in (first, second):
        at_state(entry, office, "completed", start)
    client = as_user(office.a["acceptance_officer"])
    form = typed(first, "accept", seed=5) | {"accepted_on_near": "", "accepted_on": ""}
    kept = client.post(url("step", first, "accept"), form).context["form"].kept_token()

    answer = client.post(
        url("step", second, "accept"),
        {
            "version": second.version,
            "accepted_on_near": timezone.localdate().isoformat(),
            "kept": kept,
        },
    )

    assert answer.status_code == 422
    assert "还差 1 张照片" in answer.content.decode()


def test_a_file_that_is_no_picture_is_refused_at_the_photos(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)
    form = typed(matter, "accept", seed=6)
    form["photo_1"] = SimpleUploadedFile("报告.pdf", b"%PDF-1.7", "application/pdf")

    answer = as_user(office.a["acceptance_officer"]).post(url("step", matter, "accept"), form)

    assert answer.status_code == 422
    assert "“报告.pdf”打不开" in answer.content.decode()


def test_the_second_of_two_takers_is_told_who_was_first(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)
    form = typed(matter, "send_back", seed=8)
    office.take(matter, "send_back", timezone.now() - timedelta(minutes=3))
    office.take(matter, "complete", timezone.now() - timedelta(minutes=2))

    answer = as_user(office.b["acceptance_officer"]).post(url("step", matter, "send_back"), form)

    assert answer.status_code == 422
    assert "何春桃" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == "completed"


def test_after_a_step_it_can_be_taken_back_from_the_message(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    done = client.post(
        url("step", matter, "declare"), typed(matter, "declare", seed=1), follow=True
    )
    number = acts_of(matter)[-1].number
    undo = url("undo", matter, number)
    assert f'action="{undo}"' in done.content.decode()
    back = client.post(undo, follow=True)

    assert back.status_code == 200
    matter.refresh_from_db()
    assert matter.state == "surveyed"
    assert "已撤回" in back.content.decode()


def test_a_clerk_types_for_the_village_and_both_names_stand_in_the_story(
    matter: Entry, office: Office, chief_clerk: User, as_user: SignIn
) -> None:
    client = as_user(chief_clerk)
    assert "你可以替他们录" in client.get(url("matter", matter)).content.decode()
    form = typed(matter, "declare", seed=1)

    without = client.post(url("step", matter, "declare"), form)
    done = client.post(
        url("step", matter, "declare"), {**form, "on_behalf_of": "hechuntao"}, follow=True
    )

    assert "还没选是谁办的" in without.content.decode()
    assert "何春桃 办，王干事 代录" in done.content.decode()


def test_whoever_only_reads_sees_whose_step_it_is_and_cannot_press(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["leader"])

    page = client.get(url("matter", matter)).content.decode()
    sent = client.post(url("step", matter, "declare"), typed(matter, "declare", seed=1))

    assert "这一步归清水村办公室·报账员办" in page
    assert url("step", matter, "declare") not in page
    assert sent.status_code == 422


def test_more_time_is_asked_for_and_granted_on_pages(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    due = matter.due_on
    assert due is not None
    asker, leader = as_user(office.a["village_clerk"]), as_user(office.a["leader"])

    wrong = asker.post(url("extend", matter), {"version": matter.version, "days": "几天"})
    asked = asker.post(
        url("extend", matter),
        {"version": matter.version, "clock": "start_work", "days": "10", "reason": "连阴雨"},
        follow=True,
    )
    matter.refresh_from_db()
    request_page = leader.get(url("matter", matter)).content.decode()
    form = leader.get(url("answer", matter)).content.decode()
    own = asker.post(url("answer", matter), {"version": matter.version, "answer": "grant"})
    granted = leader.post(
        url("answer", matter), {"version": matter.version, "answer": "grant"}, follow=True
    )

    assert wrong.status_code == 422
    assert "何春桃已申请，等青禾镇办公室·分管领导批" in asked.content.decode()
    assert "何春桃申请“申报后开工”延 10 天：连阴雨" in request_page
    assert "连阴雨" in form
    assert own.status_code == 403
    matter.refresh_from_db()
    assert matter.due_on == due + timedelta(days=10)
    assert "批准“申报后开工”延 10 天" in granted.content.decode()


def test_a_refusal_wants_a_reason_on_the_page(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "declared", start)
    services.ask_extension(
        entry=matter,
        clock_id="start_work",
        days=5,
        by=office.a["village_clerk"],
        post=office.posts["village_clerk"],
        at=timezone.now(),
        version=matter.version,
        reason="连阴雨",
    )
    leader = as_user(office.a["leader"])
    form = {"version": matter.version, "answer": "refuse"}

    without = leader.post(url("answer", matter), form)
    done = leader.post(url("answer", matter), {**form, "reason": "天已放晴"}, follow=True)

    assert without.status_code == 422
    assert "没有批“申报后开工”的延期" in done.content.decode()


def test_an_ended_matter_is_opened_again_by_who_may_correct(
    matter: Entry, office: Office, start: datetime, chief_clerk: User, as_user: SignIn
) -> None:
    at_state(matter, office, "accepted", start)
    client = as_user(chief_clerk)

    without = client.post(url("reopen", matter), {"version": matter.version})
    done = client.post(
        url("reopen", matter),
        {"version": matter.version, "reason": "复查发现渗漏"},
        follow=True,
    )

    assert "还没写为什么重新办" in without.content.decode()
    assert "重新办，第 2 次" in done.content.decode()
    assert as_user(office.a["leader"]).get(url("matter", matter)).status_code == 200


def test_the_page_shows_the_limit_with_its_basis_and_that_it_is_not_verified(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)

    text = as_user(office.a["acceptance_officer"]).get(url("matter", matter)).content.decode()

    assert "从第二天起数 10 个工作日" in text
    assert "各县改厕验收办法口径不一" in text
    assert "未核实" in text
    assert text.count('<i class="') + text.count("<i></i>") == 10
    assert "申报后开工" in text


@pytest.mark.parametrize("name", ["matter", "extend", "reopen", "answer"])
def test_outside_the_gate_there_is_no_page(
    name: str, matter: Entry, outsider: User, as_user: SignIn
) -> None:
    assert as_user(outsider).get(url(name, matter)).status_code == 404
    assert Client().get(url(name, matter)).status_code == 302


def test_a_photo_is_served_only_to_those_who_see_its_matter(
    make_matter: MakeMatter,
    office: Office,
    start: datetime,
    outsider: User,
    as_user: SignIn,
) -> None:
    matter, other = make_matter(), make_matter()
    at_state(matter, office, "completed", start)
    digest = acts_of(matter)[-1].act["photos"][0]["digest"]
    client = as_user(office.a["leader"])

    served = client.get(url("photo", matter, digest))
    small = client.get(url("photo", matter, digest), {"size": "small"})

    assert b"".join(served)[:2] == b"\xff\xd8"
    assert served["Content-Type"] == "image/jpeg"
    assert "private" in served["Cache-Control"]
    assert small.status_code == 200
    assert client.get(url("photo", other, digest)).status_code == 404
    assert client.get(url("photo", matter, "ab" * 32)).status_code == 404
    assert as_user(outsider).get(url("photo", matter, digest)).status_code == 404


def test_the_photo_of_a_step_that_was_taken_back_is_no_longer_served(
    matter: Entry, office: Office, start: datetime, as_user: SignIn
) -> None:
    at_state(matter, office, "completed", start)
    last = acts_of(matter)[-1]
    doer = office.a["village_clerk"]
    services.take_back(entry=matter, number=last.number, by=doer, at=timezone.now())

    answer = as_user(doer).get(url("photo", matter, last.act["photos"][0]["digest"]))

    assert answer.status_code == 404


def test_the_list_opens_with_what_waits_for_me_and_narrows(
    make_matter: MakeMatter, office: Office, start: datetime, village: Place, as_user: SignIn
) -> None:
    mine, theirs, ended = make_matter(), make_matter(), make_matter()
    at_state(theirs, office, "completed", start)
    at_state(ended, office, "accepted", start)
    client = as_user(office.a["village_clerk"])

    def titles(**conditions: str) -> set[str]:
        answer = client.get(reverse("matters:list"), conditions)
        assert answer.status_code == 200
        return {row.title for row in answer.context["found"].rows}

    assert titles() == {mine.title}
    assert titles(scope="open") == {mine.title, theirs.title}
    assert titles(scope="closed") == {ended.title}
    assert titles(scope="open", state="completed") == {theirs.title}
    assert titles(scope="open", village=village.pk) == {mine.title, theirs.title}
    assert titles(scope="open", village="nowhere", state="flying") == {mine.title, theirs.title}
    assert titles(scope="overdue") == titles(scope="cancelled") == set()
    assert titles(scope="open", page="99") == {mine.title, theirs.title}


def test_the_list_marks_what_one_covers_for_another(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    today = timezone.localdate()
    Absence.objects.create(user=office.a["village_clerk"], first_day=today, last_day=today)
    client = as_user(office.b["village_clerk"])

    assert "代岗" in client.get(reverse("matters:list")).content.decode()
    assert "由你代何春桃办" in client.get(url("matter", matter)).content.decode()


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    make_matter: MakeMatter,
    office: Office,
    as_user: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = as_user(office.a["village_clerk"])
    for _ in range(12):
        make_matter()

    with django_assert_max_num_queries(30):
        answer = client.get(reverse("matters:list"))

    assert len(answer.context["found"].rows) == 12


def test_the_queries_of_a_matters_page_do_not_grow_with_its_story(
    matter: Entry,
    office: Office,
    start: datetime,
    as_user: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    for n, step in enumerate(["declare", "start", *["complete", "send_back"] * 4]):
        office.take(matter, step, start + timedelta(hours=n))
    client = as_user(office.a["village_clerk"])

    with django_assert_max_num_queries(34):
        assert client.get(url("matter", matter)).status_code == 200


def test_matters_that_wait_for_nobody_have_a_tab_and_get_a_post(
    make_matter: MakeMatter,
    office: Office,
    other_village: Place,
    make_place: Callable[..., Place],
    make_post: Callable[..., Any],
    chief_clerk: User,
    as_user: SignIn,
) -> None:
    lost = make_matter(place=make_place("一组", parent=other_village))
    client = as_user(chief_clerk)
    assert lost.title in client.get(reverse("matters:list"), {"scope": "unrouted"}).content.decode()
    post = make_post(duty="village_clerk", place=other_village)

    client.post(reverse("matters:route"))

    lost.refresh_from_db()
    assert lost.post == post


def test_holidays_are_filled_in_on_a_page_and_due_dates_follow(
    matter: Entry,
    office: Office,
    start: datetime,
    township: Place,
    make_user: Callable[..., User],
    chief_clerk: User,
    as_user: SignIn,
) -> None:
    at_state(matter, office, "completed", start)
    assert matter.due_on is not None
    off = matter.due_on
    admin = as_user(make_user("管理员", role="administrator", place=township))
    form = {
        "first": off.isoformat(),
        "last": off.isoformat(),
        "is_working": "no",
        "name": "县庆",
        "basis": "云政办发〔2026〕3号",
    }

    wrong = admin.post(reverse("matters:holidays"), {**form, "basis": "", "last": "2020-01-01"})
    done = admin.post(reverse("matters:holidays"), form, follow=True)

    assert wrong.status_code == 422
    assert "还没写依据" in wrong.content.decode()
    assert "云政办发〔2026〕3号" in done.content.decode()
    assert Holiday.objects.get().day == off
    matter.refresh_from_db()
    assert matter.due_on > off
    assert as_user(chief_clerk).get(reverse("matters:holidays")).status_code == 403


def test_the_page_of_the_entry_shows_its_matter(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    client = as_user(office.a["village_clerk"])

    text = client.get(matter.get_absolute_url()).content.decode()

    assert url("step", matter, "declare") in text
    assert url("matter", matter) in text


def test_an_entry_that_is_no_matter_has_no_page_here(
    make_entry: Callable[..., Entry], office: Office, as_user: SignIn
) -> None:
    household = make_entry("household")

    client = as_user(office.a["village_clerk"])

    assert client.get(url("matter", household)).status_code == 404
    assert "下一步" not in client.get(household.get_absolute_url()).content.decode()


def test_a_date_of_next_year_is_told_with_its_year(
    matter: Entry, office: Office, as_user: SignIn
) -> None:
    """A limit that ends after New Year would else be read as long past."""
    at = timezone.make_aware(datetime(date.today().year - 1, 12, 20, 9, 0))  # noqa: DTZ001, DTZ011
    office.take(matter, "declare", at)

    text = as_user(office.a["village_clerk"]).get(url("matter", matter)).content.decode()

    assert f"{at.year}年12月20日" in text
