"""Somebody who defines ledgers, a messy workbook, and its proposal as the worker leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from qianxian.core.models import Grant, Place, User
from qianxian.imports.inferring import jobs, services
from qianxian.imports.inferring.design import Design, DesignField
from qianxian.imports.inferring.models import LedgerProposal
from qianxian.ledgers.services import Row, save_entry
from qianxian_packs import Ledger
from tests.unit.imports.conftest import workbook

Propose = Callable[..., LedgerProposal]

# A title, a header in two rows, villages written once, a subtotal, a header again, notes.
TREES: list[list[Any]] = [
    ["青禾镇2026年村庄绿化台账"],
    ["单位：株、元"],
    ["序号", "村名", "编号", "树种", "栽植情况", None, "负责人", "联系电话", "身份证号", "备注"],
    [None, None, None, None, "栽植日期", "株数", None, None, None, None],
    [1, "清水村", "L001", "香樟", date(2026, 3, 5), 30, "张三", "13800000001", None, None],
    [2, None, "L002", "桂花", date(2026, 3, 6), 12, "李四", "13800000002", None, "补栽"],
    [None, "小计", None, None, None, 42, None, None, None, None],
    ["序号", "村名", "编号", "树种", "栽植日期", "株数", "负责人", "联系电话", "身份证号", "备注"],
    [3, "石桥村", "L003", "香樟", "2026.3.12", 50, "王五", "13800000003", None, None],
    [4, None, "L004", "桂花", "3月15日前后", "约20", "赵六", "13800000004", None, None],
    [5, None, "L005", "香樟", date(2026, 4, 1), 8, "孙七", "13800000005", None, None],
    [None, "合计", None, None, None, 120, None, None, None, None],
    ["填表人：某某    审核人：某某"],
]


@pytest.fixture
def definer(make_user: Callable[..., User], township: Place) -> User:
    """A clerk of the environment office who may also define ledgers in its line."""
    user = make_user(
        "王秀英", role="office_clerk", place=township, line="environment", username="wangsq"
    )
    Grant.objects.create(role="ledger_definer", line="environment", place=township, user=user)
    return user


@pytest.fixture
def proposed(
    definer: User, township: Place, village: Place, other_village: Place, now: datetime
) -> Propose:
    """proposed(rows…): the proposal after the worker has looked at the workbook."""

    def hand_in(
        *sheets: Sequence[Sequence[Any]],
        data: bytes = b"",
        by: User | None = None,
        name: str = "绿化.xlsx",
        names: Sequence[str] = (),
    ) -> LedgerProposal:
        proposal = services.hand_in(
            data=data or workbook(*(sheets or (TREES,)), names=names),
            name=name,
            township=township,
            by=by or definer,
            at=now,
        )
        jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
        proposal.refresh_from_db()
        return proposal

    return hand_in


@pytest.fixture
def trees(definer: User, township: Place, village: Place, now: datetime) -> Ledger:
    """A ledger of the site: kind, day, count, telephone; two entries in the village."""
    design = Design(
        name="植树台账",
        line="environment",
        date="on_day",
        title="kind",
        columns=(
            DesignField(kind="choice", name="kind", label="树种", choices=("香樟", "桂花")),
            DesignField(kind="date", name="on_day", label="栽植日期"),
            DesignField(kind="integer", name="count_of", label="株数"),
            DesignField(kind="text", name="remark", label="备注"),
            DesignField(kind="phone", name="phone", label="电话", private=True),
        ),
    )
    proposal = services.propose_design(
        design=design, name="定义.xlsx", township=township, by=definer, at=now
    )
    ledger = services.define(proposal=proposal, by=definer, at=now)
    for kind, count in (("香樟", 30), ("桂花", 12)):
        values = {"kind": kind, "on_day": "2026-03-05", "count_of": count, "remark": "路边"}
        row = Row({**values, "phone": "13800000001"}, place=village)
        save_entry(ledger=ledger, row=row, by=definer, at=now)
    return ledger
