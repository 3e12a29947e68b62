"""How a list is shown: kept under a name, in chosen columns, by groups, page by page, as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from qianxian.core.errors import NotAllowed, NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.ledgers.filters import FilterForm, filter_places
from qianxian.ledgers.listing import View, found, listing, row_name
from qianxian.ledgers.lists import saving
from qianxian.ledgers.lists.columns import chosen, summed_fields, told_of
from qianxian.ledgers.lists.grouping import grouping_of, groupings
from qianxian.ledgers.lists.models import SavedList
from qianxian.ledgers.lists.orders import order_of, orders_of
from qianxian.ledgers.lists.paging import Ask, Mark
from qianxian.ledgers.lists.sheet import ListSheet, as_csv, as_xlsx
from qianxian.ledgers.lists.totals import tally_of
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import remove_entry
from qianxian_packs import Ledger
from tests.unit.ledgers.conftest import ID_NUMBER

MakeEntry = Callable[..., Entry]


@pytest.fixture
def rows(
    everywhere: User,
    make_entry: MakeEntry,
    village: Place,
    other_village: Place,
    patrol: Ledger,
) -> list[Entry]:
    """Twelve with gaps in every column that a list is sorted by."""
    about, made = make_entry(), []
    for n in range(12):
        values: dict[str, Any] = {
            "number": f"N-{n:02}",
            "what": "看过",
            "seen_on": f"2026-11-{1 + n % 4:02}",
            "grade": ("轻", "重", None)[n % 3],
            "is_fixed": ("是", "否", None)[n % 3],
            "next_on": f"2026-12-{1 + n % 5:02}" if n % 4 else None,
            "times": str(n * n) if n % 5 else None,
            "cost": f"{n}.{n:02}",
            "id_number": ID_NUMBER if n == 0 else None,
        }
        place = other_village if n % 2 else village
        made.append(make_entry("patrol", values, place=place, subject=about, by=everywhere))
    return made


@pytest.mark.parametrize("are_many", [False, True])
def test_every_order_turns_its_pages_forth_and_back_in_sql_as_in_python(
    rows: list[Entry],
    patrol: Ledger,
    everywhere: User,
    today: date,
    monkeypatch: pytest.MonkeyPatch,
    *,
    are_many: bool,
) -> None:
    """Many rows are walked along the index of the order, few are found and sorted."""
    if are_many:
        monkeypatch.setattr("qianxian.ledgers.lists.found._SORTED", 0)
    asked = [sign + key for key in orders_of(patrol) for sign in ("", "-")]
    for order in asked:
        ways = [turned(patrol, everywhere, today, order, day) for day in (None, today)]
        assert ways[0] == ways[1], order
        assert len(set(ways[0])) == len(rows), order
    by_times = turned(patrol, everywhere, today, "f_times", None)
    numbers = [Entry.objects.get(pk=key).data.get("times") for key in by_times]
    # As numbers, not as text; those without one last.
    assert numbers == [1, 4, 9, 16, 36, 49, 64, 81, 121, None, None, None]


def turned(ledger: Ledger, user: User, on: date, order: str, as_of: date | None) -> list[Any]:
    """All keys page by page, having made sure that the way back shows the same pages."""
    ask, pages = Ask(), []
    while True:
        view = View(order=order, ask=ask, size=5)
        pages.append(listing(ledger, [], user=user, on=on, view=view, as_of=as_of).page)
        if not pages[-1].next:
            break
        ask = read(pages[-1].next)
    back = [pages[-1]]
    while back[-1].previous:
        view = View(order=order, ask=read(back[-1].previous), size=5)
        back.append(listing(ledger, [], user=user, on=on, view=view, as_of=as_of).page)
    assert [p.rows for p in reversed(back)] == [p.rows for p in pages], order
    last = View(order=order, ask=Ask.read("", "end", ""), size=5)
    assert listing(ledger, [], user=user, on=on, view=last, as_of=as_of).rows == pages[-1].rows
    return [entry.pk for page in pages for entry in page.rows]


def read(text: str) -> Ask:
    given = QueryDict(text)
    return Ask.read(given.get("after", ""), given.get("before", ""), given.get("n", ""))


@pytest.mark.parametrize("text", ["", "x", "!!!", "bnVsbA", "WzEsMl0", "W251bGwsICJhIl0"])
def test_a_page_that_nobody_wrote_is_the_first(text: str) -> None:
    assert Ask.read(text, "", "3") == Ask()


@pytest.mark.parametrize(
    ("order", "value"),
    [("-on", "abc"), ("-on", 5), ("f_times", "many"), ("f_times", 10**30), ("title", None)],
)
def test_an_address_from_before_the_definition_changed_leads_to_the_first_page(
    rows: list[Entry], patrol: Ledger, everywhere: User, today: date, order: str, value: Any
) -> None:
    ask = Ask.read(Mark(value, rows[3].pk).text(), "", "5")
    pages = [
        listing(
            patrol, [], user=everywhere, on=today, view=View(order=order, ask=each, size=5)
        ).page
        for each in (ask, Ask())
    ]
    assert pages[0] == pages[1]


def test_groups_have_exact_sums_in_sql_as_in_python(
    rows: list[Entry], patrol: Ledger, everywhere: User, today: date
) -> None:
    for key in groupings(patrol):
        told = []
        for day in (None, today):
            view = View(group=key)
            shown = listing(patrol, [], user=everywhere, on=today, view=view, as_of=day)
            told.append([(p.key, p.label, p.tally.count, p.tally.sums) for p in shown.parts])
        assert told[0] == told[1], key
        assert sum(count for _key, _label, count, _sums in told[0]) == 12
    villages = listing(patrol, [], user=everywhere, on=today, view=View(group="village")).parts
    assert [(p.label, p.tally.sums["cost"]) for p in villages] == [
        ("清水村", Decimal("30.30")),
        ("石桥村", Decimal("36.36")),
    ]
    assert [p.label for p in listing_by(patrol, everywhere, today, "f_is_fixed")] == [
        "是",
        "否",
        "没填",
    ]


def listing_by(ledger: Ledger, user: User, on: date, key: str) -> list[Any]:
    return listing(ledger, [], user=user, on=on, view=View(group=key)).parts


def test_a_sum_too_large_for_a_double_is_exact_all_the_same(
    everywhere: User, make_entry: MakeEntry, village: Place, patrol: Ledger, today: date
) -> None:
    about = make_entry()
    for n, cost in enumerate(("900719925474.93", "0.02", "1")):
        values = {"number": str(n), "what": "看过", "seen_on": "2026-11-02", "cost": cost}
        make_entry("patrol", values, place=village, subject=about, by=everywhere)

    shown = listing(patrol, [], user=everywhere, on=today, view=View(group="village"))

    assert shown.totals["cost"] == Decimal("900719925475.95")
    assert shown.parts[0].tally.sums["cost"] == Decimal("900719925475.95")


def test_columns_are_those_that_a_person_chose_with_private_ones_covered(
    rows: list[Entry], patrol: Ledger, everywhere: User, leader: User, today: date
) -> None:
    keys = ["f_id_number", "f_cost", "nothing", "place", "f_cost"]
    saving.choose_columns(ledger=patrol, keys=keys, by=everywhere)

    own = chosen(patrol, saving.columns_for(everywhere, patrol))
    told = told_of(patrol, rows, own, user=everywhere, on=today)

    assert [column.key for column in own] == ["f_id_number", "f_cost", "place"]
    assert told.starred[rows[0].pk] == {"id_number": "110101********8494"}
    assert saving.columns_for(leader, patrol) == ()
    saving.choose_columns(ledger=patrol, keys=[], by=everywhere)
    assert saving.columns_for(everywhere, patrol) == ()


def test_a_kept_list_is_its_owners_until_it_is_shared_where_one_may(
    patrol: Ledger,
    everywhere: User,
    leader: User,
    village_clerk: User,
    outsider: User,
    now: datetime,
    today: date,
) -> None:
    def keep(name: str, by: User, *, is_shared: bool) -> SavedList:
        query = QueryDict("f_grade=重&after=x&n=20&q=&o=-on")
        return saving.save_list(
            ledger=patrol, name=name, query=query, is_shared=is_shared, by=by, at=now
        )

    def seen(user: User) -> list[str]:
        return [each.name for each in SavedList.objects.open_to(user, patrol, today)]

    own, shared = (
        keep("自己的", everywhere, is_shared=False),
        keep("共用的", everywhere, is_shared=True),
    )

    assert own.query == "f_grade=%E9%87%8D&o=-on"
    assert seen(everywhere) == ["共用的", "自己的"]
    assert seen(leader) == seen(village_clerk) == ["共用的"]
    assert seen(outsider) == []
    with pytest.raises(NotAllowed):
        keep("给大家", village_clerk, is_shared=True)
    with pytest.raises(UserError, match="还没写叫什么"):
        keep("  ", everywhere, is_shared=False)
    with pytest.raises(NotVisible):
        saving.remove_list(saved=shared, by=leader)
    saving.remove_list(saved=shared, by=everywhere)
    assert seen(leader) == []


@pytest.fixture
def sheet(rows: list[Entry], patrol: Ledger, everywhere: User, today: date) -> ListSheet:
    order, columns = order_of(patrol, "title"), chosen(patrol, ["place", "f_cost", "f_id_number"])
    fitting = found(patrol, [], order, user=everywhere, on=today)
    listed = fitting.walk(order)(None, 100)
    grouping = grouping_of(patrol, "village")
    assert grouping is not None
    return ListSheet(
        ledger=patrol,
        title="巡查台账",
        notes=("条件：无。", "数据截至今天。"),
        name_head="编号",
        columns=columns,
        rows=listed,
        told=told_of(patrol, listed, columns, user=everywhere, on=today),
        names=[row_name(patrol, row) for row in listed],
        total=(len(listed), fitting.total().sums),
        grouping=grouping,
        parts=fitting.parts(grouping),
    )


def test_a_file_looks_as_the_list_does(sheet: ListSheet) -> None:
    lines = list(csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(sheet))).get_sheet_by_index(0)
    cells = book.to_python()

    assert lines[:3] == [
        ["巡查台账"],
        ["编号", "地方", "花费（元）", "证件号"],
        ["清水村", "", "", ""],
    ]
    assert lines[3] == ["N-00 看过", "清水村", "0.00", "110101********8494"]
    assert lines[9][:3] == ["清水村小计：6 条", "", "30.3"]
    assert lines[-4:] == [
        ["石桥村小计：6 条", "", "36.36", ""],
        ["合计：12 条", "", "66.66", ""],
        ["条件：无。"],
        ["数据截至今天。"],
    ]
    assert [row[0] for row in cells[:4]] == ["巡查台账", "条件：无。", "数据截至今天。", "编号"]
    assert cells[-1][:3] == ["合计：12 条", "", 66.66]
    assert ID_NUMBER.encode() not in as_xlsx(sheet)


def test_what_is_counted_is_counted_anew_only_after_a_save_in_its_ledger(
    rows: list[Entry],
    patrol: Ledger,
    everywhere: User,
    make_entry: MakeEntry,
    village: Place,
    now: datetime,
    today: date,
) -> None:
    def counts() -> tuple[int, int]:
        """How many rows there are, and how often the database was asked to count."""
        view = View(group="village")
        with CaptureQueriesContext(connection) as asked:
            shown = listing(patrol, [], user=everywhere, on=today, view=view)
        return shown.count, sum("COUNT(" in one["sql"] for one in asked)

    first = counts()
    again = counts()
    make_entry("cleanup", {"held_on": "2026-11-03", "kind": "大扫除"}, place=village)
    beside = counts()
    remove_entry(entry=rows[0], version=1, by=everywhere, at=now, reason="记重了")
    after = counts()

    # Once for the count, once for the sums and once for the groups.
    assert [first, again, beside, after] == [(12, 3), (12, 0), (12, 0), (11, 3)]


@pytest.mark.parametrize("left", ["12户", "1_000", "１２", "1e3", "NaN", "约5", "1/2", "９" * 19])
@pytest.mark.parametrize("query", ["", "q=N-"])
def test_text_left_in_a_field_of_numbers_counts_in_no_sum(
    rows: list[Entry], patrol: Ledger, everywhere: User, today: date, left: str, query: str
) -> None:
    """An older definition left it. The database, a search, groups and a past day say the same."""
    for entry in rows:
        cost = left if entry == rows[0] else "-12.50"
        Entry.objects.filter(pk=entry.pk).update(data={**entry.data, "cost": cost})
    form = FilterForm(patrol, filter_places(everywhere, "", today), today, QueryDict(query))
    view = View(group="f_grade")

    shown = listing(patrol, form.conditions(), user=everywhere, on=today, view=view)

    total = Decimal("-12.50") * 11
    assert (shown.count, shown.totals["cost"]) == (12, total)
    assert sum(part.tally.sums.get("cost", Decimal(0)) for part in shown.parts) == total
    own = tally_of(Entry.objects.filter(ledger="patrol"), summed_fields(patrol.fields))
    assert own.sums["cost"] == total
