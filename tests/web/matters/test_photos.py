"""Photos of steps: kept while a form is put right, refused, and served to whom they concern."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from qianxian.core.models import User
from qianxian.ledgers.models import Entry
from qianxian.matters import services
from qianxian.matters.acts import acts_of
from tests.unit.matters.office import MakeMatter, Office
from tests.web.matters.browser import SignIn, at_state, typed, url


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
