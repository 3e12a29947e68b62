"""A party office with a clerk, a head and a leader, and villages with their clerks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from qianxian.core.models import Grant, Place, Post, User
from qianxian.intake.notice.services import Order, save_notice
from qianxian.ledgers.models import Entry

VALUES = {
    "issuer": "云溪县水利局",
    "number": "云水发〔2026〕12号",
    "subject_text": "关于报送山塘巡查情况的通知",
    "received_on": "2026-11-18",
    "deadline": "2026-11-25",
    "deadline_time": "17:00",
    "asks": "报送山塘巡查情况\n附巡查照片",
    "list_class": "配合履职",
    "original": "各乡镇：请于11月25日17:00前报送山塘巡查情况，附巡查照片。云溪县水利局",
}


@dataclass
class Desk:
    """Who works on notices, and the villages in official order."""

    township: Place
    villages: list[Place]
    clerk: User
    head: User
    leader: User
    village_clerks: list[User]
    posts: dict[str, Post]


@pytest.fixture
def desk(
    township: Place,
    make_place: Callable[..., Place],
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
) -> Desk:
    clerk, head, leader = (make_user(name) for name in ("盛文静", "贺志平", "谢文武"))
    posts = {
        "office_clerk": make_post("文员", duty="office_clerk", place=township, a=clerk),
        "office_head": make_post("主任", duty="office_head", place=township, a=head),
        "leader": make_post("分管领导", duty="leader", place=township, a=leader, role="leader"),
    }
    for name in ("office_clerk", "office_head"):
        Grant.objects.create(role="office_clerk", line="office", place=township, post=posts[name])
    villages, village_clerks = [], []
    for n in range(10):
        place = make_place(
            f"{'甲乙丙丁戊己庚辛壬癸'[n]}溪村", parent=township, code=f"43010010021{n}"
        )
        person = make_user(f"{'甲乙丙丁戊己庚辛壬癸'[n]}村账")
        make_post("报账员", duty="village_clerk", place=place, a=person, role="village_clerk")
        villages.append(place)
        village_clerks.append(person)
    return Desk(township, villages, clerk, head, leader, village_clerks, posts)


def saved(desk: Desk, at: datetime, *, villages: int = 10, **values: str) -> Entry:
    """A notice as the clerk confirms it."""
    given = {**VALUES, **values}
    order = Order(
        given["asks"], given["deadline"], given["deadline_time"], desk.villages[:villages]
    )
    key = save_notice(
        key=uuid.uuid4(),
        township=desk.township,
        values=given,
        order=order,
        by=desk.clerk,
        at=at,
    )
    return Entry.objects.get(pk=key)


def assignment_of(notice: Entry, place: Place) -> Entry:
    return Entry.objects.get(parent=notice, ledger="assignment", place=place)
