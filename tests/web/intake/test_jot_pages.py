"""The page of one sentence: what is proposed, that nothing is saved before it is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.models import Commit, Place, Revision, User
from qianxian.intake.jot.index import forget
from qianxian.ledgers.models import Entry
from tests.unit.matters.office import Office, picture

SignIn = Callable[[User], Client]
MakeEntry = Callable[..., Entry]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Tests roll their database back; an index of another test must not outlive it."""
    forget()
    yield
    forget()


def say(client: Client, said: str, **more: str) -> Any:
    return client.post(reverse("intake:jot"), {"say": said, **more})


def keep(client: Client, card: Any, said: str, **given: Any) -> Any:
    """Send a card as the browser would: its hidden fields, what stands in it, what was changed."""
    form = {
        "jot-say": said,
        "jot-number": card.number,
        "jot-kind": card.proposal.kind,
        "jot-ledger": card.ledger.id,
        "jot-step": card.proposal.step,
    }
    if card.entry:
        form["jot-pick"] = str(card.entry.pk)
    for bound in card.form:
        value = bound.value()
        if value is not None and bound.html_name not in form:
            form[bound.html_name] = value
    form |= given
    sent = {name: value for name, value in form.items() if value is not None}
    return client.post(reverse("intake:jot_save"), sent)


def cards_of(response: Any) -> Any:
    return response.context["page"].cards


def test_a_sentence_is_read_and_nothing_is_saved(
    as_user: SignIn, clerk: User, other_village: Place
) -> None:
    client = as_user(clerk)
    before = (Entry.objects.count(), Commit.objects.count(), Revision.objects.count())
    response = say(client, "石桥昨天搞了大扫除，来了42个人清了一吨半垃圾")
    assert response.status_code == 200
    (card,) = cards_of(response)
    assert card.ledger.id == "cleanup"
    assert card.proposal.values["people"] == "42"
    assert "还没存" in response.content.decode()
    assert (Entry.objects.count(), Commit.objects.count(), Revision.objects.count()) == before


def test_a_confirmed_card_is_saved_and_can_be_taken_back(
    as_user: SignIn, clerk: User, other_village: Place
) -> None:
    client = as_user(clerk)
    said = "石桥昨天搞了大扫除，来了42个人清了一吨半垃圾"
    (card,) = cards_of(say(client, said))
    response = keep(client, card, said, people="41")
    assert response.status_code == 302
    entry = Entry.objects.get(ledger="cleanup")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert (entry.place, entry.on) == (other_village, yesterday)
    assert (entry.data["people"], entry.data["waste"]) == (41, "1.500")
    assert Commit.objects.latest("number").source == Commit.Source.JOT
    page = client.get(reverse("intake:jot"))
    (jotted,) = page.context["saved"]
    assert client.post(jotted.undo).status_code == 302
    entry.refresh_from_db()
    assert entry.deleted


def test_the_same_card_sent_twice_is_one_entry(
    as_user: SignIn, clerk: User, other_village: Place
) -> None:
    client, said = as_user(clerk), "石桥昨天大扫除 30人"
    (card,) = cards_of(say(client, said))
    assert keep(client, card, said).status_code == 302
    assert keep(client, card, said).status_code == 302
    assert Entry.objects.filter(ledger="cleanup").count() == 1


def test_two_facts_are_two_cards_and_the_second_follows(
    as_user: SignIn, clerk: User, village: Place, other_village: Place
) -> None:
    client, said = as_user(clerk), "清水跟石桥昨天都搞了大扫除 清水26人 石桥31个"
    first, second = cards_of(say(client, said))
    assert keep(client, first, said).status_code == 302
    (left,) = cards_of(client.get(reverse("intake:jot")))
    assert left.number == second.number
    assert keep(client, left, said).status_code == 302
    found = Entry.objects.filter(ledger="cleanup").values_list("place__name", "data__people")
    assert set(found) == {("清水村", 26), ("石桥村", 31)}


def test_what_is_wrong_with_a_card_stands_at_its_field(
    as_user: SignIn, clerk: User, other_village: Place
) -> None:
    client, said = as_user(clerk), "石桥昨天大扫除 30人"
    (card,) = cards_of(say(client, said))
    response = keep(client, card, said, people="很多")
    assert response.status_code == 422
    assert "people" in cards_of(response)[0].form.errors
    assert not Entry.objects.filter(ledger="cleanup").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("改厕完成多少了", "问个数"),
        ("明天去石桥大扫除", "办了再记"),
        ("石桥今天没搞大扫除", "没办成"),
        ("今天天气好", "没认出"),
    ],
)
def test_no_record_says_why(
    as_user: SignIn, clerk: User, other_village: Place, said: str, told: str
) -> None:
    response = say(as_user(clerk), said)
    assert cards_of(response) == ()
    assert told in response.content.decode()


class TestSteps:
    """Steps of matters, taken from a sentence."""

    @pytest.fixture
    def matter(self, office: Office, make_matter: Any, start: datetime) -> Entry:
        entry: Entry = make_matter()
        for n, step in enumerate(("declare", "start")):
            office.take(entry, step, start + timedelta(hours=n))
        return entry

    @pytest.fixture
    def start(self) -> datetime:
        return timezone.now() - timedelta(days=6)

    def said(self, matter: Entry) -> str:
        assert matter.subject is not None
        return f"{matter.subject.data['head']}家的厕所今天完工了"

    def test_it_needs_its_photo_and_keeps_what_was_said(
        self, as_user: SignIn, office: Office, matter: Entry
    ) -> None:
        client, said = as_user(office.a["village_clerk"]), self.said(matter)
        card = cards_of(say(client, said))[0]
        assert (card.proposal.step, card.entry) == ("complete", matter)
        refused = keep(client, card, said)
        assert refused.status_code == 422
        assert "照片" in refused.content.decode()
        matter.refresh_from_db()
        assert matter.state == "started"
        photo = SimpleUploadedFile("1.jpg", picture(7).read(), "image/jpeg")
        assert keep(client, card, said, photo_1=photo).status_code == 302
        matter.refresh_from_db()
        assert matter.state == "completed"
        assert matter.data["completed_on"] == timezone.localdate().isoformat()

    def test_a_hard_guard_answers_with_its_sentence(
        self, as_user: SignIn, office: Office, matter: Entry, start: datetime
    ) -> None:
        office.take(matter, "complete", start + timedelta(hours=3))
        assert matter.subject is not None
        client = as_user(office.a["village_clerk"])
        said = f"{matter.subject.data['head']}家厕所验收合格"
        card = cards_of(say(client, said))[0]
        assert card.proposal.step == "accept"
        # Whoever reported the work done may not accept it, not even by typing for another.
        given = {
            "on_behalf_of": office.a["acceptance_officer"].username,
            "photo_1": SimpleUploadedFile("1.jpg", picture(8).read(), "image/jpeg"),
        }
        response = keep(client, card, said, **given)
        assert response.status_code == 422
        assert "写理由也不行" in response.content.decode()
        matter.refresh_from_db()
        assert matter.state == "completed"

    def test_two_of_one_name_are_both_shown_and_none_is_chosen(
        self,
        as_user: SignIn,
        office: Office,
        matter: Entry,
        make_entry: MakeEntry,
        make_matter: Any,
    ) -> None:
        other = make_matter()
        head = "王贵生"
        for entry in (matter, other):
            assert entry.subject is not None
            entry.subject.data["head"] = head
            entry.subject.save()
        forget()
        response = say(as_user(office.a["village_clerk"]), f"{head}家的厕所今天完工了")
        card = cards_of(response)[0]
        assert {told.key for told in card.options} == {str(matter.pk), str(other.pk)}
        assert card.form is None
        assert reverse("intake:jot_save") not in response.content.decode()
        picked = say(
            as_user(office.a["village_clerk"]),
            f"{head}家的厕所今天完工了",
            pick0=str(matter.pk),
        )
        assert cards_of(picked)[0].entry == matter


def test_another_village_is_not_heard(
    as_user: SignIn,
    clerk: User,
    village_clerk: User,
    other_village: Place,
    make_place: Callable[..., Place],
    make_entry: MakeEntry,
) -> None:
    far = make_place("二组", parent=other_village)
    make_entry("household", {"head": "覃大勇"}, place=far)
    response = say(as_user(village_clerk), "覃大勇家要改厕 旱厕")
    assert all(not card.options for card in cards_of(response))
    assert "覃大勇，" not in response.content.decode()


def test_a_household_saved_a_moment_ago_is_heard(
    as_user: SignIn, clerk: User, make_entry: MakeEntry
) -> None:
    client, said = as_user(clerk), "欧阳国柱家要改厕 旱厕"
    assert not any(card.options for card in cards_of(say(client, said)))
    household = make_entry("household", {"head": "欧阳国柱"})
    card = cards_of(say(client, said))[0]
    assert [told.key for told in card.options] == [str(household.pk)]
    assert keep(client, card, said).status_code == 302
    entry = Entry.objects.get(ledger="toilet_renovation")
    assert (entry.subject, entry.state, entry.data["kind_before"]) == (
        household,
        "surveyed",
        "旱厕",
    )


def test_who_left_a_household_gets_a_last_day(
    as_user: SignIn, clerk: User, make_entry: MakeEntry
) -> None:
    household = make_entry("household", {"head": "张福来"})
    person = make_entry("resident", {"number": "20100101", "name": "张志强", "sex": "男"})
    tie = make_entry(
        "membership",
        {"resident": str(person.pk), "relation": "子女", "joined_on": "2020-01-01"},
        subject=household,
    )
    client, said = as_user(clerk), "张志强户口迁走了 昨天办的"
    card = cards_of(say(client, said))[0]
    assert (card.proposal.kind, card.entry) == ("end", tie)
    assert keep(client, card, said).status_code == 302
    tie.refresh_from_db()
    yesterday = timezone.localdate() - timedelta(days=1)
    assert (tie.data["left_on"], tie.data["left_reason"]) == (yesterday.isoformat(), "迁出")
    person.refresh_from_db()
    assert (person.gone_on, person.episodes[-1]["why"]) == (yesterday, "迁出")


def test_whoever_only_takes_steps_may_speak(as_user: SignIn, office: Office) -> None:
    page = as_user(office.a["acceptance_officer"]).get(reverse("intake:jot"))
    assert page.status_code == 200


def test_somebody_without_a_post_to_record_is_told(as_user: SignIn, outsider: User) -> None:
    response = as_user(outsider).get(reverse("intake:jot"))
    assert response.status_code == 403


def test_a_card_that_was_made_up_saves_nothing(
    as_user: SignIn, clerk: User, village: Place
) -> None:
    client = as_user(clerk)
    for form in (
        {},
        {"jot-kind": "entry", "jot-ledger": "household"},
        {"jot-kind": "step", "jot-ledger": "cleanup", "jot-step": "accept"},
        {"jot-kind": "end", "jot-ledger": "cleanup"},
        {
            "jot-kind": "step",
            "jot-ledger": "toilet_renovation",
            "jot-step": "accept",
            "jot-pick": "nobody",
        },
    ):
        assert client.post(reverse("intake:jot_save"), form).status_code == 403
    assert not Entry.objects.exists()
