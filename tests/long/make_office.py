"""Fill an empty database with a small office for tests of the running product.

python -m tests.long.make_office      into the data folder that the environment names
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qianxian.core.models import Office, Place

VILLAGES = ("清水村", "石桥村", "桃溪村")
HOUSEHOLDS = 60
PASSWORD = "qingshui-2026"  # noqa: S105  of an office that lives for one test


def make() -> None:
    """Three villages with a clerk, a group and households each."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from qianxian.core.models import Office
    from qianxian.core.places import open_place

    county = open_place(code="430100000000", name="云溪县", level="county", parent=None)
    town = open_place(code="430100100000", name="青禾镇", level="township", parent=county)
    office = Office.objects.create(name="农业农村办", place=town)
    for number, name in enumerate(VILLAGES, start=1):
        code = f"430100100{200 + number}"
        village = open_place(code=code, name=name, level="village", parent=town)
        group = open_place(code=f"{code}001", name="一组", level="group", parent=village)
        _add_clerk(number, name, village, office)
        _add_households(number, group)


def _add_clerk(number: int, name: str, village: Place, office: Office) -> None:
    from qianxian.core.models import Grant, Holding, Post, User

    clerk = User.objects.create_user(
        username=f"clerk{number}", name=f"{name}报账员", password=PASSWORD
    )
    post = Post.objects.create(
        code=f"clerk-{number}", name="报账员", duty="village_clerk", office=office, place=village
    )
    Holding.objects.create(post=post, user=clerk, valid_from=date(2026, 1, 1))
    Grant.objects.create(role="village_clerk", place=village, post=post)


def _add_households(number: int, group: Place) -> None:
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import User
    from qianxian.ledgers.services import Row, save_entries

    rows = [
        Row({"number": f"{number}{n:04}", "head": f"张{n}", "persons": 3}, place=group)
        for n in range(HOUSEHOLDS)
    ]
    save_entries(
        ledger=catalogue().ledgers["household"],
        rows=rows,
        by=User.objects.get(username=f"clerk{number}"),
        at=datetime.now(UTC),
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianxian.settings")
    import django

    django.setup()
    make()
