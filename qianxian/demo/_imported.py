"""One register that came in as a workbook: the stalls of a market, with two rows that did not land."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import xlsxwriter

from qianxian.demo import _names as names
from qianxian.demo._diary import workday
from qianxian.demo._world import World, ledger
from qianxian.imports import checking, landing
from qianxian.imports.services import hand_in, request_landing

_HEADERS = ("村", "场所名称", "场所类型", "负责人", "联系电话")
_STALLS = (
    "鲜肉",
    "豆腐",
    "蔬菜",
    "水产",
    "干货",
    "小吃",
    "早点",
    "茶叶",
    "五金",
    "服装",
    "鞋帽",
    "种子",
)
_NAME = "石桥集贸市场摊位摸排表.xlsx"


def import_stalls(world: World) -> None:
    day = workday(world.last - timedelta(days=24))
    world.diary.on(day, lambda at: _import(world, at))


def _import(world: World, at: datetime) -> None:
    """Handed in, checked and landed by the officer, each as the worker would do it."""
    by, _ = world.acting("safety", at)
    run = hand_in(
        data=_workbook(_rows(world), at),
        name=_NAME,
        ledger=ledger("premises"),
        township=world.township.place,
        by=by,
        at=at,
    )
    checking.check(run, at=at)
    run = request_landing(run=run, takes_changes=False, by=by, at=at)
    landing.land(run, at=at)


def _rows(world: World) -> list[list[Any]]:
    rng, village = world.branch(), world.township.successor.place
    count = 6 if world.scale.is_small else len(_STALLS)
    rows: list[list[Any]] = [
        [village.name, f"石桥市场{kind}摊", "商铺", names.resident(rng), names.phone(rng)]
        for kind in _STALLS[:count]
    ]
    # A digit was left out, and somebody wrote a kind that there is not.
    rows[1][4] = rows[1][4][:-1]
    rows[2][2] = "摊贩"
    return rows


def _workbook(rows: Sequence[Sequence[Any]], at: datetime) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        book.set_properties({"created": at.replace(tzinfo=None)})
        sheet = book.add_worksheet("摊位")
        for number, row in enumerate([_HEADERS, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()
