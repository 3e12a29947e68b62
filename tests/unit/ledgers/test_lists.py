"""Lists: conditions in SQL and in Python, order, totals, past days, files, search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from qianxian.core.commits import Actor
from qianxian.core.definitions import catalogue
from qianxian.core.models import Grant, Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers.asof import entries_as_of
from qianxian.ledgers.conditions import Condition, FieldText
from qianxian.ledgers.filters import FilterForm, filter_places
from qianxian.ledgers.listing import Listing, View, listing
from qianxian.ledgers.lists.columns import shown_fields
from qianxian.ledgers.lists.showing import sections
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.services import correct_entry, remove_entry
from qianxian.ledgers.store import state_of, store
from qianxian_packs import Ledger

Listed = Callable[..., list[str]]


def filters(ledger: Ledger, user: User, on: date, query: str) -> FilterForm:
    return FilterForm(ledger, filter_places(user, ledger.line, on), on, QueryDict(query))


def numbers(entries: Sequence[Entry]) -> list[str]:
    return [entry.data["number"] for entry in entries]


@pytest.fixture
def found(patrols: list[Entry], patrol: Ledger, everywhere: User, today: date) -> Listed:
    """found("f_grade=重"): the numbers in the list, having made sure that Python agrees."""

    def find(query: str) -> list[str]:
        form = filters(patrol, everywhere, today, query)
        conditions: list[Condition] = form.conditions()
        own: dict[str, Any] = {"user": everywhere, "on": today, "view": form.view()}
        now = listing(patrol, conditions, **own)
        past = listing(patrol, conditions, as_of=today, **own)
        assert numbers(past.rows) == numbers(now.rows)
        assert past.totals == now.totals
        return numbers(now.rows)

    return find


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["B-3", "A-1", "A-2"]),
        ("place=430100100202", ["B-3"]),
        ("f_grade=重", ["A-1"]),
        ("f_faults=缺水", ["A-1"]),
        ("f_faults=堵塞", ["A-2"]),
        ("f_is_fixed=是", ["A-1"]),
        ("f_is_fixed=否", ["A-2"]),
        ("f_next_on_since=2026-12-01&f_next_on_until=2026-12-31", ["A-1"]),
        ("f_next_on_until=2027-12-31", ["A-1", "A-2"]),
        ("f_times=２", ["A-2"]),
        ("days=month", ["B-3", "A-1"]),
        ("days=last_month", ["A-2"]),
        ("days=quarter", ["B-3", "A-1", "A-2"]),
        ("days=last_year", []),
        ("days=~none", []),
        ("since=2026-11-02&until=2026-11-17", ["A-1"]),
        ("since=2026-11-03", ["B-3"]),
        ("late=on", []),
        ("q=井", ["B-3", "A-1"]),
        ("q=a-", ["A-1", "A-2"]),
        ("q=jgsd", ["A-1"]),
        ("q=井 石桥", ["B-3"]),
        ("q=没有的", []),
        ("f_grade=重&q=路灯", []),
        # What is not understood is told and not used.
        ("f_grade=极重&since=昨天&place=1&f_times=许多", ["B-3", "A-1", "A-2"]),
    ],
)
def test_each_condition_finds_its_rows_in_sql_as_in_python(
    found: Listed, query: str, expected: list[str]
) -> None:
    assert found(query) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("on", ["A-2", "A-1", "B-3"]),
        ("-on", ["B-3", "A-1", "A-2"]),
        ("title", ["A-1", "A-2", "B-3"]),
        ("-title", ["B-3", "A-2", "A-1"]),
        ("nonsense", ["B-3", "A-1", "A-2"]),
    ],
)
def test_a_list_is_sorted_as_asked(found: Listed, order: str, expected: list[str]) -> None:
    assert found(f"o={order}") == expected


def test_undated_rows_stand_last_in_either_order(
    clerk: User, make_entry: Callable[..., Entry], toilets: Ledger, today: date
) -> None:
    for accepted in ("2026-10-02", None, "2026-10-01"):
        make_entry("toilet_renovation", {"accepted_on": accepted}, subject=make_entry())

    told = {
        (order, as_of): [
            e.on.day if e.on else None
            for e in listing(toilets, [], user=clerk, on=today, view=View(order), as_of=as_of).rows
        ]
        for order in ("on", "-on")
        for as_of in (None, today)
    }

    assert told["on", None] == told["on", today] == [1, 2, None]
    assert told["-on", None] == told["-on", today] == [2, 1, None]


@pytest.mark.parametrize(
    ("query", "count"),
    [("state=~open", 2), ("state=~closed", 1), ("state=accepted", 1), ("state=nonsense", 3)],
)
def test_matters_are_filtered_by_state_in_sql_as_in_python(
    clerk: User,
    make_entry: Callable[..., Entry],
    toilets: Ledger,
    now: datetime,
    today: date,
    query: str,
    count: int,
) -> None:
    made = [make_entry("toilet_renovation", {}, subject=make_entry()) for _ in range(3)]
    done = state_of(made[0], state="accepted", post="")
    township = township_of(made[0].place)
    store(states=[done], township=township, by=Actor.of(clerk), at=now)
    conditions = filters(toilets, clerk, today, query).conditions()

    counts = [
        listing(toilets, conditions, user=clerk, on=today, view=View(), as_of=day).count
        for day in (None, today)
    ]

    assert counts == [count, count]


def test_places_of_several_townships_are_told_apart(
    make_user: Callable[..., User],
    make_place: Callable[..., Place],
    county: Place,
    village: Place,
    other_village: Place,
    cleanup: Ledger,
    today: date,
) -> None:
    far = make_place("一村", parent=make_place("白水镇", parent=county))
    user = make_user("县里", role="leader", place=county)

    form = filters(cleanup, user, today, f"place={far.code}")

    groups = dict(form.fields["place"].choices)  # type: ignore[attr-defined]
    assert {"青禾镇", "白水镇"} <= set(groups)
    assert form.chips() == [("地方：一村", "?")]


def test_whoever_has_one_village_chooses_among_its_groups(
    village_clerk: User,
    make_place: Callable[..., Place],
    village: Place,
    group: Place,
    cleanup: Ledger,
    today: date,
) -> None:
    make_place("四组", parent=village)

    form = filters(cleanup, village_clerk, today, "")

    names = [name for _code, name in form.fields["place"].choices]  # type: ignore[attr-defined]
    assert names[0] == "全部地方"
    assert set(names[1:]) == {"三组", "四组"}


def test_what_was_not_understood_stands_at_its_field(
    patrol: Ledger, everywhere: User, today: date
) -> None:
    form = filters(patrol, everywhere, today, "f_grade=极重&as_of=2030-01-01&f_times=许多")

    assert set(form.errors) == {"f_grade", "as_of", "f_times"}
    assert form.as_of is None
    assert form.chips() == []


def test_each_condition_in_force_can_be_taken_away(
    patrols: list[Entry], patrol: Ledger, everywhere: User, today: date
) -> None:
    form = filters(patrol, everywhere, today, "f_is_fixed=否&q=井&o=on&after=x&n=20")

    assert form.chips() == [
        ("名称或编号：井", "?f_is_fixed=%E5%90%A6&o=on"),
        ("修好了：否", "?q=%E4%BA%95&o=on"),
    ]


def test_totals_are_exact_and_leave_out_what_no_row_fills(
    patrols: list[Entry], patrol: Ledger, everywhere: User, today: date
) -> None:
    told = listing(patrol, [], user=everywhere, on=today, view=View())

    assert told.totals == {"times": Decimal(3), "cost": Decimal("1120.60")}


def test_totals_are_of_all_rows_that_fit_not_of_the_page(
    patrols: list[Entry], patrol: Ledger, everywhere: User, today: date
) -> None:
    told = listing(patrol, [], user=everywhere, on=today, view=View(size=1))

    assert (len(told.rows), told.count) == (1, 3)
    assert told.totals["cost"] == Decimal("1120.60")


def test_a_list_shows_few_fields_and_never_a_private_one(patrol: Ledger) -> None:
    names = [field.name for field in shown_fields(patrol)]
    shown = [shown_fields(ledger) for ledger in catalogue().ledgers.values()]

    assert names == ["seen_on", "grade", "faults", "is_fixed", "next_on"]
    assert max(len(fields) for fields in shown) == 5
    assert not any(field.private for fields in shown for field in fields)


def test_money_in_a_column_has_the_same_decimals(
    patrols: list[Entry], patrol: Ledger, everywhere: User, today: date
) -> None:
    told = listing(patrol, [], user=everywhere, on=today, view=View(columns=("f_cost",)))
    (section,) = sections(told, today, is_print=False)

    assert [row.cells[0].text for row in section.rows] == ["1,000.00", "120.50", "0.10"]


def as_of(ledger: Ledger, user: User, on: date, day: date) -> Listing:
    return listing(ledger, [], user=user, on=on, view=View(), as_of=day)


def test_a_past_day_shows_what_was_known_then(
    clerk: User,
    make_entry: Callable[..., Entry],
    village: Place,
    cleanup: Ledger,
    now: datetime,
    today: date,
) -> None:
    swept = {"held_on": "2026-10-20", "kind": "大扫除", "people": "12"}
    first = now - timedelta(days=10)
    entry = make_entry("cleanup", swept, place=village, at=first)
    gone = make_entry("cleanup", swept, place=village, at=first)
    make_entry("cleanup", swept, place=village, at=now)
    correct_entry(
        entry=entry,
        values_changed={"people": "15"},
        version=1,
        by=clerk,
        at=now - timedelta(days=5),
        reason="重新数过",
    )
    remove_entry(entry=gone, version=1, by=clerk, at=now - timedelta(days=2), reason="记重了")

    told = [
        sorted(
            e.data["people"] for e in as_of(cleanup, clerk, today, today - timedelta(days=n)).rows
        )
        for n in (11, 10, 5, 2, 0)
    ]

    assert told == [[], [12, 12], [12, 15], [15], [12, 15]]


def test_a_save_just_before_midnight_belongs_to_its_day(
    clerk: User, make_entry: Callable[..., Entry], village: Place, cleanup: Ledger, today: date
) -> None:
    swept = {"held_on": "2026-10-20", "kind": "大扫除"}
    # 23:59 of 5 November in the office, 15:59 of the same day in UTC.
    late_evening = datetime.fromisoformat("2026-11-05T23:59:00+08:00")
    make_entry("cleanup", swept, place=village, at=late_evening)

    counts = [
        len(entries_as_of(cleanup, date(2026, 11, day), user=clerk, on=today)) for day in (4, 5)
    ]

    assert counts == [0, 1]


def test_the_past_is_seen_by_whom_the_present_is_seen(
    clerk: User,
    village_clerk: User,
    make_entry: Callable[..., Entry],
    other_village: Place,
    cleanup: Ledger,
    today: date,
) -> None:
    make_entry("cleanup", {"held_on": "2026-10-20", "kind": "大扫除"}, place=other_village)

    counts = [as_of(cleanup, user, today, today).count for user in (clerk, village_clerk)]

    assert counts == [1, 0]


def test_a_field_name_that_could_carry_sql_is_refused() -> None:
    with pytest.raises(ValueError, match="not a field name"):
        FieldText("x') --")


def test_the_acting_post_is_the_one_whose_grant_allows_it(
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    township: Place,
    village: Place,
    other_village: Place,
    today: date,
) -> None:
    user = make_user("何春桃")
    watch = make_post("看的", duty="leader", place=township, a=user, role="leader", code="a-watch")
    own = make_post(
        "记的", duty="village_clerk", place=village, a=user, role="village_clerk", code="b-own"
    )
    Grant.objects.create(role="office_clerk", line="party", place=township, post=watch)

    def post(permission: Permission, place: Place) -> str:
        return acting_post(user, permission, line="environment", place=place, on=today)

    assert post(Permission.ENTRY_EDIT, village) == own.code
    assert post(Permission.ENTRY_EDIT, other_village) == ""
    assert post(Permission.ENTRY_VIEW, other_village) == watch.code
