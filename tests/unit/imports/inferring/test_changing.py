"""Changing a ledger of the site: stated rules, refusals, entries that move with a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from qianxian.core.commits import head_number
from qianxian.core.definitions import catalogue, catalogue_as_of
from qianxian.core.errors import Conflict, NotVisible, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.verify import verify
from qianxian.imports.inferring import changing, counting
from qianxian.imports.inferring.counting import Count
from qianxian.imports.inferring.design import Design, DesignField, design_of, retired_columns
from qianxian.imports.inferring.planning import held_by, plan
from qianxian.imports.inferring.services import DesignInvalid
from qianxian.ledgers.attestation import is_attested
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry
from qianxian.ledgers.story import story
from qianxian_packs import Ledger

Change = Callable[..., Ledger]


@pytest.fixture
def change(definer: User, now: datetime) -> Change:
    def do(
        ledger: Ledger,
        design: Design,
        retired: tuple[str, ...] = (),
        mapped: Mapping[str, Mapping[str, str]] | None = None,
        base: str = "",
    ) -> Ledger:
        return changing.change(
            ledger=ledger,
            base=base or changing.base_of(ledger),
            design=design,
            retired=retired,
            mapped=mapped or {},
            by=definer,
            at=now,
        )

    return do


def with_column(design: Design, name: str, **changes: object) -> Design:
    columns = (replace(c, **changes) if c.name == name else c for c in design.columns)  # type: ignore[arg-type]
    return replace(design, columns=tuple(columns))


def refused(change: Change, ledger: Ledger, design: Design, *retired: str) -> str:
    with pytest.raises(DesignInvalid) as told:
        change(ledger, design, retired)
    return str(told.value)


def test_labels_choices_and_new_fields_leave_what_is_there(
    trees: Ledger, change: Change, township: Place
) -> None:
    before = head_number(township)
    design = with_column(
        design_of(trees), "kind", label="树的种类", choices=("香樟", "桂花", "银杏")
    )
    design = with_column(design, "count_of", required=True)
    new = DesignField(kind="boolean", name="alive", label="成活")
    design = replace(design, name="绿化台账", columns=(*design.columns, new))

    told = plan(trees, design, retired=(), mapped={}, held=held_by(trees))
    assert told.says == (
        "台账改叫“绿化台账”。",
        "“树种”改叫“树的种类”：原来的记录跟着改叫法，数不变。",
        "“树的种类”加了选项：银杏。",
        "“株数”改成必填：只管以后记的和以后改的；现在空着的 0 条不动。",
        "“成活”加一栏，是或否：原来的 2 条空着，不用补。",
    )
    fresh = change(trees, design)

    assert catalogue().ledgers[trees.id] == fresh
    assert [field.label for field in fresh.fields] == [
        "树的种类",
        "栽植日期",
        "株数",
        "备注",
        "电话",
        "成活",
    ]
    assert not set(Entry.objects.values_list("version", flat=True)) - {1}
    # A past figure uses the definition of its day.
    assert catalogue_as_of(township, before).ledgers[trees.id] == trees


def test_a_choice_that_goes_takes_its_entries_along_in_one_commit(
    trees: Ledger, change: Change, definer: User, township: Place, now: datetime
) -> None:
    design = with_column(design_of(trees), "kind", choices=("香樟", "银杏"))
    assert "树种的“桂花”有 1 条在用。去掉它，要说并到哪一项。" in refused(change, trees, design)

    change(trees, design, mapped={"kind": {"桂花": "银杏"}})
    entry = Entry.objects.get(data__kind="银杏")
    assert (entry.title, entry.version) == ("银杏", 2)
    last = Commit.objects.get(number=head_number(township))
    kinds = sorted(last.revisions.values_list("kind", flat=True))
    assert kinds == ["definition", "entry"]
    assert "树种的“桂花”并入“银杏”：1 条记录一起改过来。" in last.reason
    # Private values went along untouched.
    assert held_by(catalogue().ledgers[trees.id]).filled["phone"] == 2
    assert list(verify(last.stream)) == []


def test_a_choice_that_stays_takes_no_entry_along(trees: Ledger, change: Change) -> None:
    design = with_column(design_of(trees), "kind", choices=("香樟", "银杏"))

    # 香樟 was to go as well, then was put back; the page still sends where it was to go.
    change(trees, design, mapped={"kind": {"桂花": "银杏", "香樟": "银杏"}})

    kinds = sorted(entry.data["kind"] for entry in Entry.objects.all())
    assert kinds == ["银杏", "香樟"]


def test_a_retired_field_stays_in_history_and_comes_back(
    trees: Ledger, change: Change, definer: User, now: datetime
) -> None:
    fresh = change(trees, design_of(trees), ("remark",))
    assert "remark" not in fresh.by_name
    assert [field.name for field in fresh.retired] == ["remark"]

    entry = Entry.objects.filter(data__kind="香樟").get()
    told = {d.label: d.new for d in story(entry, user=definer, on=now.date())[0].differences}
    assert told["备注"] == "路边"

    design = design_of(fresh)
    back = change(fresh, replace(design, columns=(*design.columns, *retired_columns(fresh))))
    assert ("remark" in back.by_name, back.retired) == (True, ())


def test_what_would_change_the_meaning_of_entries_is_refused(trees: Ledger, change: Change) -> None:
    design = design_of(trees)
    told = refused(change, trees, with_column(design, "count_of", kind="text"))
    assert told == "“株数”已经有 2 条填了，不能改类型。停用它，另加一栏。"
    told = refused(change, trees, with_column(design, "remark", private=True))
    assert "不能改是不是隐私" in told
    assert refused(change, trees, design, "on_day") == "“栽植日期”是日期栏，不能停用。"


def test_what_a_figure_needs_stays(
    trees: Ledger, change: Change, definer: User, now: datetime
) -> None:
    count = Count("植树株数", summed="count_of", unit="株", by="kind", only=("kind", "香樟"))
    made = counting.save_count(ledger=trees, count=count, by=definer, at=now)
    assert counting.count_of(made, trees) == count
    assert made.where_text == "kind = '香樟'"

    told = refused(change, trees, design_of(trees), "count_of")
    assert told == "“植树株数”这个数要用“株数”，不能停用。先把那个数改成不用它。"
    design = with_column(design_of(trees), "kind", choices=("桂花", "银杏"))
    assert "“植树株数”这个数只数“香樟”，不能去掉它。先改那个数。" in refused(change, trees, design)

    fewer = replace(count, summed="", only=("", ""), by="")
    counting.save_count(ledger=trees, count=fewer, by=definer, at=now, indicator=made.id)
    assert change(trees, design_of(trees), ("count_of",)).retired[0].name == "count_of"


def test_whoever_comes_second_is_told(trees: Ledger, change: Change) -> None:
    base = changing.base_of(trees)
    change(trees, with_column(design_of(trees), "remark", label="说明"))
    with pytest.raises(Conflict, match="刚才有人改过"):
        change(trees, design_of(trees), base=base)


def test_an_archived_ledger_takes_nothing_new(
    trees: Ledger, definer: User, village: Place, now: datetime
) -> None:
    ended = changing.set_archived(ledger=trees, archived=True, by=definer, at=now)
    row = Row({"kind": "香樟", "on_day": "2026-03-05"}, place=village)
    with pytest.raises(UserError, match="植树台账已经停用，不再记新的"):
        save_entry(ledger=ended, row=row, by=definer, at=now)
    assert not is_attested(ended)
    assert Entry.objects.filter(ledger=trees.id).count() == 2

    back = changing.set_archived(ledger=ended, archived=False, by=definer, at=now)
    assert save_entry(ledger=back, row=row, by=definer, at=now).title == "香樟"


def test_only_who_may_define_changes(trees: Ledger, clerk: User, now: datetime) -> None:
    with pytest.raises(NotVisible):
        changing.set_archived(ledger=trees, archived=True, by=clerk, at=now)
    with pytest.raises(NotVisible):
        counting.save_count(ledger=trees, count=Count("树", unit="株"), by=clerk, at=now)
