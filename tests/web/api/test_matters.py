"""Steps through the API: offered with what they need, taken with every guard of the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Commit, User
from qianxian.ledgers.models import Entry
from qianxian.matters.acts import acts_of
from qianxian.matters.flows import pictures_needed
from tests.unit.matters.office import MakeMatter, Office, flow_of, needed, picture
from tests.web.api.program import Program, path_of, program_of


def steps_of(program: Program, entry: Entry) -> dict[str, dict[str, Any]]:
    told = program.get(f"/matters/{entry.pk}/steps").json()
    return {step["id"]: step for step in told["steps"]}


def test_a_matter_is_brought_through_its_steps_by_programs_alone(
    matter: Entry, office: Office, now: datetime
) -> None:
    flow = flow_of(matter)
    taken: list[str] = []
    programs = {role: program_of(user, name=role[:40]) for role, user in office.a.items()}
    while flow.states[matter.state].kind == "open":
        step = next(
            s for s in flow.steps_from(matter.state) if flow.states[s.to].kind != "cancelled"
        )
        program = programs[step.role]
        offered = steps_of(program, matter)[step.id]
        assert (offered["mine"], offered["open"]) == (True, True)
        sent = [
            program.upload(
                f"/matters/{matter.pk}/photos",
                photo=SimpleUploadedFile("a.jpg", picture(len(taken) * 10 + n).read()),
            ).json()["photo"]
            for n in range(pictures_needed(step))
        ]
        body = {
            "version": matter.version,
            "values": needed(matter, step, now),
            "photos": sent,
            "reason": "按规定办",
        }

        answer = program.post(f"/matters/{matter.pk}/steps/{step.id}", body)

        assert answer.status_code == 200, answer.content.decode()
        matter.refresh_from_db()
        assert (answer.json()["state"], answer.json()["version"]) == (step.to, matter.version)
        taken.append(step.id)
    assert [act.step for act in acts_of(matter) if act.step] == taken
    assert set(Commit.objects.filter(source="api").values_list("source_ref", flat=True)) >= {
        "village_clerk",
        "acceptance_officer",
    }


def test_a_shut_guard_is_told_in_the_very_sentence_of_the_page(
    matter: Entry, office: Office, start: datetime, client: Client
) -> None:
    doer = office.a["village_clerk"]
    office.posts["acceptance_officer"].holdings.filter(rank="B").update(user=doer)
    office.walk(matter, ("declare", "start", "complete"), start)
    program = program_of(doer)

    offered = steps_of(program, matter)["accept"]
    body = {
        "version": matter.version,
        "values": needed(matter, flow_of(matter).step_by_id["accept"], start),
        "reason": "人手不够",
    }
    answer = program.post(f"/matters/{matter.pk}/steps/accept", body)

    assert offered["open"] is False
    [shut] = [need["says"] for need in offered["needs"] if need["shut"]]
    client.force_login(doer)
    shown = client.get(reverse("matters:matter", args=[matter.pk])).content.decode()
    assert shut in shown
    assert answer.status_code == 422
    assert answer.json()["says"] == shut
    assert [need["says"] for need in answer.json()["needs"] if need["shut"]] == [shut]


def test_fields_of_steps_are_filled_by_steps_alone(
    make_matter: MakeMatter, office: Office, now: datetime
) -> None:
    matter = make_matter()
    clerk = program_of(office.a["village_clerk"])
    step = flow_of(matter).step_by_id["complete"]
    field = step.needs[0]
    values = {field: needed(matter, step, now)[field]}

    new = clerk.post(
        f"/ledgers/{matter.ledger}/entries",
        {"values": values, "subject": str(matter.subject_id), "place": matter.place_id},
    )
    corrected = clerk.patch(path_of(matter), {"version": 1, "reason": "补", "values": values})
    stray = clerk.post(
        f"/matters/{matter.pk}/steps/{flow_of(matter).steps_from(matter.state)[0].id}",
        {"version": 1, "values": values},
    )

    for answer in (new, corrected, stray):
        assert answer.status_code == 422
        faults = {fault["field"]: fault["says"] for fault in answer.json()["faults"]}
        assert "那一步时填" in faults[field]


def test_what_is_missing_stands_at_its_field_and_a_second_hand_hears_of_the_first(
    matter: Entry, office: Office, start: datetime, now: datetime
) -> None:
    clerk = program_of(office.a["village_clerk"])
    step = flow_of(matter).steps_from(matter.state)[0]
    path = f"/matters/{matter.pk}/steps/{step.id}"

    missing = clerk.post(path, {"version": 1})
    office.take(matter, step.id, start)
    late = clerk.post(path, {"version": 1, "values": needed(matter, step, now)})

    assert missing.status_code == 422
    assert {fault["field"] for fault in missing.json()["faults"]} >= set(step.needs)
    assert late.status_code == 409
    [save] = late.json()["changes"]
    assert save["by_name"] == office.a[step.role].name
    assert {"state", *step.needs} <= {change["field"] for change in save["changes"]}


def test_a_step_is_taken_back_and_only_the_last(
    matter: Entry, office: Office, start: datetime
) -> None:
    clerk = program_of(office.a["village_clerk"])
    office.walk(matter, ("declare", "start"), start)
    numbers = list(Commit.objects.order_by("-number").values_list("number", flat=True)[:2])

    earlier = clerk.post(path_of(matter, "/take-back"), {"commit": numbers[1]})
    last = clerk.post(path_of(matter, "/take-back"), {"commit": numbers[0]})
    strange = clerk.post(path_of(matter, "/take-back"), {"commit": 1})

    assert (earlier.status_code, last.status_code, strange.status_code) == (422, 200, 404)
    matter.refresh_from_db()
    assert matter.state == flow_of(matter).step_by_id["declare"].to


def test_a_photo_counts_only_for_its_matter_and_its_token(
    make_matter: MakeMatter, office: Office, start: datetime, now: datetime
) -> None:
    matter, other = make_matter(), make_matter()
    office.walk(matter, ("declare", "start"), start)
    clerk, second = (program_of(office.a["village_clerk"], name=n) for n in ("一", "二"))
    photo = SimpleUploadedFile("a.jpg", picture(5).read())
    sent = clerk.upload(f"/matters/{other.pk}/photos", photo=photo).json()["photo"]
    bad = clerk.upload(f"/matters/{other.pk}/photos", photo=SimpleUploadedFile("a.jpg", b"x"))

    for program, about in ((clerk, matter), (second, other)):
        answer = program.post(
            f"/matters/{about.pk}/steps/{flow_of(about).steps_from(about.state)[0].id}",
            {"version": about.version, "photos": [sent]},
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "photos")
    assert (bad.status_code, bad.json()["field"]) == (422, "photo")


def test_a_matter_outside_or_no_matter_is_not_there(
    matter: Entry, office: Office, outsider: User
) -> None:
    stranger, clerk = program_of(outsider), program_of(office.a["village_clerk"])
    body = {"version": 1}

    assert stranger.get(f"/matters/{matter.pk}/steps").status_code == 404
    assert stranger.post(f"/matters/{matter.pk}/steps/declare", body).status_code == 404
    assert clerk.get(f"/matters/{matter.subject_id}/steps").status_code == 404
    unknown = clerk.post(f"/matters/{matter.pk}/steps/fly", body)
    assert (unknown.status_code, "没有“fly”这一步" in unknown.json()["says"]) == (422, True)
