"""The page of a household as its tests open it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from qianxian.core.models import User
from qianxian.ledgers.models import Entry
from tests.unit.ledgers.household import Family

PHONE, ID_CARD = "13800138000", "11010519491231002X"
AsUser = Callable[[User], Client]
MakeEntry = Callable[..., Entry]
MakeUser = Callable[..., User]


def page_of(family: Family, query: str = "") -> str:
    return reverse("ledgers:household", args=[family.household.pk]) + query


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def helped(family: Family) -> Entry:
    """A household that is helped: two risks, one of them answered."""
    matter = family.monitored(
        risks=["因病", "因学"], object_kind="边缘易致贫户", consent=True, notice_on="2026-11-16"
    )
    Entry.objects.filter(pk=matter.pk).update(state="notice")
    family.measure("因病", "医疗救助", matter, started_on="2026-11-10")
    return matter
