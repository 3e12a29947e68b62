"""A pack of the tests' own: a ledger with a field of every type, one that is never found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings as django_settings

from qianxian.core import definitions
from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, User
from qianxian.ledgers.models import Entry
from qianxian_packs import Catalogue, Ledger, load

PATROL = """
name: 巡查台账
basis: 每天巡一遍
place: village
date: seen_on
profile: shown
subject: household
find_by: [name, number, place]
title: [number, what]
fields:
  - {name: number, label: 编号, type: text, required: true}
  - {name: what, label: 看到什么, type: text, required: true}
  - {name: seen_on, label: 日期, type: date, required: true, filter: true}
  - {name: grade, label: 轻重, type: choice, choices: [轻, 重], filter: true}
  - {name: faults, label: 问题, type: multichoice, choices: [渗漏, 堵塞, 缺水], filter: true}
  - {name: is_fixed, label: 修好了, type: boolean, filter: true}
  - {name: next_on, label: 下次, type: date, filter: true}
  - {name: times, label: 第几次, type: integer, min: 1, filter: true}
  - {name: cost, label: 花费, type: money, min: 0}
  - {name: land, label: 占地, type: area}
  - {name: share, label: 占比, type: percent}
  - {name: at, label: 时间, type: datetime}
  - {name: from_place, label: 来自, type: place}
  - {name: reported_to, label: 报给, type: post}
  - {name: other, label: 另一户, type: entry, of: household}
  - {name: id_number, label: 证件号, type: id_card, private: true}
  - {name: illness, label: 病情, type: text, private: true}
"""
PETITION = """
name: 来信登记台账
basis: 只记事，不记人
place: village
date: received_on
profile: never
find_by: [number]
title: [number, about]
fields:
  - {name: number, label: 登记号, type: text, required: true}
  - {name: about, label: 反映什么, type: text, required: true}
  - {name: received_on, label: 收到日期, type: date, required: true, filter: true}
"""
QUARTERLY = """
name: 季度盘点台账
place: village
date: counted_on
period: quarter
profile: shown
fields:
  - {name: counted_on, label: 盘点日期, type: date, required: true}
  - {name: pieces, label: 件数, type: integer, required: true, unit: 件}
"""


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The site's packs and one more, read once for all tests."""
    folder = tmp_path_factory.mktemp("packs") / "letters"
    (folder / "ledgers").mkdir(parents=True)
    (folder / "pack.yaml").write_text("name: 来信来访\norder: 90\n")
    for name, text in (("patrol", PATROL), ("letter", PETITION), ("stocktaking", QUARTERLY)):
        (folder / "ledgers" / f"{name}.yaml").write_text(text)
    return load([*django_settings.PACKS, folder.parent])


@pytest.fixture
def more_packs(letters: Catalogue) -> Iterator[None]:
    """The pack of the tests is one of the site's packs."""
    before = catalogue()
    _use(letters)
    yield
    _use(before)


def _use(packs: Catalogue) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "load", lambda _folders: packs)
        catalogue.cache_clear()
        catalogue()


@pytest.fixture
def patrol(more_packs: None) -> Ledger:
    return catalogue().ledgers["patrol"]


@pytest.fixture
def petition(more_packs: None) -> Ledger:
    return catalogue().ledgers["letter"]


@pytest.fixture
def cleanup() -> Ledger:
    return catalogue().ledgers["cleanup"]


@pytest.fixture
def toilets() -> Ledger:
    return catalogue().ledgers["toilet_renovation"]


@pytest.fixture
def everywhere(clerk: User, township: Any) -> User:
    """The clerk, with every line of the township."""
    Grant.objects.create(role="office_clerk", line="", place=township, user=clerk)
    return clerk


ID_NUMBER = "110101199003078494"
SEEN: Sequence[dict[str, Any]] = (
    {
        "number": "A-1",
        "what": "井盖松动",
        "seen_on": "2026-11-02",
        "grade": "重",
        "faults": ["渗漏", "缺水"],
        "is_fixed": "是",
        "next_on": "2026-12-01",
        "times": "1",
        "cost": "120.50",
        "id_number": ID_NUMBER,
    },
    {
        "number": "A-2",
        "what": "路灯不亮",
        "seen_on": "2026-10-31",
        "grade": "轻",
        "faults": ["堵塞"],
        "is_fixed": "否",
        "next_on": "2027-01-05",
        "times": "2",
        "cost": "0.10",
    },
    {"number": "B-3", "what": "井边积水", "seen_on": "2026-11-18", "cost": "1000"},
)


@pytest.fixture
def patrols(
    everywhere: User,
    make_entry: Callable[..., Entry],
    village: Place,
    other_village: Place,
    patrol: Ledger,
) -> list[Entry]:
    """Two rows of one village and one of the other, with most fields filled."""
    household = make_entry()
    return [
        make_entry("patrol", values, place=place, subject=household, by=everywhere)
        for values, place in zip(SEEN, (village, village, other_village), strict=True)
    ]
