"""Paper forms: of every ledger, of several villages at once, filled, private fields only for a reason."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, User
from qianxian.ledgers.models import AccessLog, Entry
from qianxian.ledgers.paper.sheet import blank
from tests.web.ledgers.household_page import PHONE

AsUser = Callable[[User], Client]
MakeEntry = Callable[..., Entry]


def test_every_ledger_has_a_blank_form_with_a_place_for_each_field(village: Place) -> None:
    for ledger in catalogue().ledgers.values():
        sheet = blank(ledger, village)

        lines = {line.label: line for line in (*sheet.own, *sheet.later)}
        asked = [f for f in ledger.fields if f.type not in ("file", "photo", "point")]
        assert {f.label for f in asked} <= set(lines), ledger.id
        for field in asked:
            line = lines[field.label]
            assert not line.text
            assert not any(ticked for _word, ticked in line.options)
            assert [word for word, _ in line.options] == list(
                ("是", "否") if field.type == "boolean" else field.choices
            )
        assert sheet.place == "清水村"


def test_several_villages_are_one_print(
    as_user: AsUser, clerk: User, village: Place, other_village: Place
) -> None:
    client, url = as_user(clerk), reverse("ledgers:blanks", args=["household"])

    page = client.get(url, {"village": [village.code, other_village.code], "copies": "2"})
    none = client.get(url, {"none": "1", "copies": "x"})
    # More digits than Python reads.
    assert client.get(url, {"none": "1", "copies": "9" * 5_000}).status_code == 200

    assert [s.place for s in page.context["sheets"]] == ["清水村"] * 2 + ["石桥村"] * 2
    assert [s.place for s in none.context["sheets"]] == [""]
    body = page.content.decode()
    assert "□" in body
    assert "村（盖章）" in body
    assert len(page.context["sheets"][0].own) > 3


def test_a_filled_form_has_no_private_value_without_the_right_and_a_reason(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, township: Place
) -> None:
    household = make_entry(values={"head": "赵春桃", "phone": PHONE, "kind": "一般农户"})
    url = reverse("ledgers:paper", args=["household", household.pk])
    client = as_user(clerk)

    page = client.get(url).content.decode()
    refused = client.post(url, {"reason": "申报公益性岗位"})
    Grant.objects.create(role="privacy_reader", line="", place=township, user=clerk)
    short = client.post(url, {"reason": "看"})
    full = client.post(url, {"reason": "申报公益性岗位"})

    assert "赵春桃" in page
    assert "☑</span>一般农户" in page
    assert PHONE not in page
    assert refused.status_code == 403
    assert short.status_code == 422
    boxes = "".join(f"<span>{digit}</span>" for digit in PHONE)
    assert boxes in full.content.decode()
    assert "no-store" in full["Cache-Control"]
    assert [(log.field, log.reason) for log in AccessLog.objects.all()] == [
        ("phone", "申报公益性岗位")
    ]


def test_a_form_of_an_entry_outside_ones_reach_is_not_there(
    as_user: AsUser, village_clerk: User, make_entry: MakeEntry, other_village: Place
) -> None:
    swept = {"held_on": "2026-11-03", "kind": "大扫除"}
    entry = make_entry("cleanup", swept, place=other_village)

    answer = as_user(village_clerk).get(reverse("ledgers:paper", args=["cleanup", entry.pk]))

    assert answer.status_code == 404


def words_of(content: bytes) -> list[str]:
    """All that stands in a .docx, cell by cell, boxes in a cell included."""
    document = Document(io.BytesIO(content))
    return [text.text for text in document.element.body.iter(qn("w:t"))]


def test_blank_forms_as_word_have_a_page_for_each_village_and_room_for_seals(
    as_user: AsUser, clerk: User, village: Place, other_village: Place
) -> None:
    url = reverse("ledgers:blanks", args=["household"])

    answer = as_user(clerk).get(url, {"village": [village.code, other_village.code], "docx": "1"})

    assert answer["Content-Disposition"].startswith("attachment")
    document = Document(io.BytesIO(answer.content))
    titles = [p for p in document.paragraphs if p.text == "农户登记表"]
    assert [p.paragraph_format.page_break_before for p in titles] == [False, True]
    words = words_of(answer.content)
    assert [w for w in words if "清水村" in w or "石桥村" in w] == ["地方：清水村", "地方：石桥村"]
    assert words.count("村（盖章）：") == 2
    width = document.sections[0].page_width
    assert width is not None and round(width.mm) == 210


def test_a_filled_form_as_word_covers_what_the_print_page_covers(
    as_user: AsUser, clerk: User, make_entry: MakeEntry, township: Place
) -> None:
    household = make_entry(values={"head": "赵春桃", "phone": PHONE, "kind": "一般农户"})
    url = reverse("ledgers:paper", args=["household", household.pk])
    client = as_user(clerk)

    covered = words_of(client.get(url, {"docx": "1"}).content)
    refused = client.post(url, {"reason": "申报公益性岗位", "docx": "1"})
    Grant.objects.create(role="privacy_reader", line="", place=township, user=clerk)
    short = client.post(url, {"reason": "看", "docx": "1"})
    full = words_of(client.post(url, {"reason": "申报公益性岗位", "docx": "1"}).content)

    assert "赵春桃" in covered
    assert "☑一般农户" in "　".join(covered)
    assert PHONE not in "".join(covered)
    assert (refused.status_code, short.status_code) == (403, 422)
    assert PHONE in "".join(full)
    assert AccessLog.objects.count() == 1
