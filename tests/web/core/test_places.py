"""地方变更: the administrator sees what a change touches, makes it, and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from qianxian.core.models import Place, PlaceEvent, User
from qianxian.ledgers.models import Entry

AsUser = Callable[[User], Client]


@pytest.fixture
def admin(make_user: Callable[..., User], township: Place) -> User:
    return make_user("管理", role="administrator", place=township)


def test_a_merger_is_looked_at_made_and_taken_back(
    as_user: AsUser,
    admin: User,
    village: Place,
    other_village: Place,
    group: Place,
    make_place: Callable[..., Place],
    make_entry: Callable[..., Entry],
) -> None:
    theirs = make_entry(place=make_place("三组", parent=other_village))
    client = as_user(admin)
    url = reverse("places:change", args=[other_village.pk, "merge"])
    posted = {"into": village.pk, "on": "2026-07-01", "note": "县里批复"}

    looked = client.post(url, posted).content.decode()

    assert "石桥三组" in looked
    assert "底册里的转到新的地方" in looked
    assert not PlaceEvent.objects.exists()
    # The name that was typed counts; the page keeps it.
    (name,) = (f"name_{child.pk}" for child in other_village.children.all())
    client.post(url, {**posted, name: "桥头组", "sure": "1"})
    theirs.refresh_from_db()
    assert theirs.place.name == "桥头组"
    index = client.get(reverse("places:index")).content.decode()
    assert "石桥村并入清水村（县里批复）" in index
    event = PlaceEvent.objects.get()
    client.post(reverse("places:take_back", args=[event.pk]))
    theirs.refresh_from_db()
    assert theirs.place.parent == other_village


def test_other_names_and_the_page_of_a_place(
    as_user: AsUser, admin: User, village: Place, group: Place, township: Place
) -> None:
    client = as_user(admin)
    page = reverse("places:place", args=[village.pk])

    client.post(reverse("places:add_alias", args=[village.pk]), {"name": "水口屋场"})
    assert "水口屋场" in client.get(page).content.decode()
    again = client.post(reverse("places:add_alias", args=[village.pk]), {"name": "水口屋场"})
    assert (again.status_code, "已经是清水村的叫法" in again.content.decode()) == (422, True)
    client.post(reverse("places:drop_alias", args=[village.aliases.get().pk]))
    assert not village.aliases.exists()
    there = {"name": "新水村", "on": "2026-07-01", "groups": [group.pk]}
    for kind, data, says in (
        ("rename", {"name": "清水村", "on": "2026-07-01"}, "和现在的名字一样"),
        ("split", {**there, "code": "1"}, "12位数字"),
        ("split", {**there, "code": "1", "groups": []}, "至少选一个组"),
        ("rename", {"name": "清泉村", "on": "2036-07-01", "sure": "1"}, "这一天还没到"),
    ):
        refused = client.post(reverse("places:change", args=[village.pk, kind]), data)
        assert (refused.status_code, says in refused.content.decode()) == (422, True), kind
    assert client.get(reverse("places:change", args=[group.pk, "split"])).status_code == 404


def test_only_administrators_change_places(
    as_user: AsUser, clerk: User, outsider: User, village: Place
) -> None:
    url = reverse("places:change", args=[village.pk, "rename"])
    for user, status in ((clerk, 403), (outsider, 404)):
        client = as_user(user)
        answer = client.post(url, {"name": "清泉村", "on": "2026-07-01", "sure": "1"})
        assert answer.status_code == status
        assert client.get(reverse("places:index")).status_code in (403, 404)
    village.refresh_from_db()
    assert village.name == "清水村"
