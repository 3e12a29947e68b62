"""What a file may not change without approval, and where a row about a merged village goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.place_events import acts, plans
from qianxian.imports.models import Fault
from qianxian.intake.jot.index import index_of
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import Hand

HEAD = ["村", "日期", "做什么", "参加人次"]
PEOPLE = ["人员编号", "姓名", "性别", "村", "组"]


def test_a_guarded_field_is_not_changed_by_a_file(
    landed: Hand, checked: Hand, village: Place, group: Place
) -> None:
    resident = catalogue().ledgers["resident"]
    landed(resident, [PEOPLE, ["201000101", "王秀兰", "女", "清水村", "三组"]])

    run = checked(resident, [PEOPLE, ["201000101", "王秀岚", "女", "清水村", "三组"]])

    assert (run.changed, run.faulty) == (0, 1)
    assert "姓名要另一个人核准才能改" in Fault.objects.get().says
    other = checked(resident, [PEOPLE, ["201000101", "王秀兰", "男", "清水村", "三组"]])
    assert (other.changed, other.faulty) == (1, 0)


def test_rows_of_a_merged_village_go_by_their_day_and_by_what_people_call_it(
    landed: Hand,
    cleanup: Ledger,
    village: Place,
    other_village: Place,
    township: Place,
    make_user: Callable[..., User],
    now: datetime,
) -> None:
    admin = make_user("管理", role="administrator", place=township)
    acts.carry_out(plan=plans.merge(other_village, village, date(2026, 7, 1)), by=admin, at=now)
    village.refresh_from_db()
    acts.add_alias(place=village, name="水口屋场", by=admin, at=now)
    rows = [["石桥村", "2026-06-03"], ["石桥村", "2026-08-03"], ["水口屋场", "2026-09-03"]]

    landed(cleanup, [HEAD, *([*row, "大扫除", 5] for row in rows)])

    places = Entry.objects.order_by("on").values_list("place__name", flat=True)
    assert list(places) == ["石桥村", "清水村", "清水村"]
    heard = index_of(township).world.villages
    assert {heard[name] for name in ("水口屋场", "石桥村", "清水")} == {village.pk}
