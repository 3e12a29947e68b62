"""Ledgers, places and indicators: what there is, and how it is written."""

from __future__ import annotations

from typing import Any

from ninja import Router

from qianxian.api.calling import Called, Caller
from qianxian.api.schemas import IndicatorOut, LedgerOut, PlaceOut, TableSchema
from qianxian.api.table_schema import ledger_as_json, table_schema
from qianxian.api.views.common import ERRORS, ledger_of
from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.ledgers.search import readable
from qianxian_packs import Indicator

router = Router(tags=["定义"])


@router.get("/ledgers", response={200: list[LedgerOut], **ERRORS}, summary="有哪些台账")
def ledgers(request: Called) -> list[dict[str, Any]]:
    """本人能看、令牌也管的台账。"""
    caller = request.auth
    found = readable(caller.user, caller.on)
    return [ledger_as_json(each) for each in found if caller.token.covers(each.id)]


@router.get(
    "/ledgers/{ledger}", response={200: TableSchema, **ERRORS}, summary="一本台账的栏和流程"
)
def definition(request: Called, ledger: str) -> dict[str, Any]:
    """栏按 Frictionless Table Schema 写；有流程的，状态和步骤在 flow 里。"""
    return table_schema(ledger_of(request.auth, ledger))


@router.get("/places", response={200: list[PlaceOut], **ERRORS}, summary="有哪些地方")
def places(request: Called) -> list[dict[str, Any]]:
    """能看到的地方和代码，撤并了的也在。"""
    caller = request.auth
    seen = gate.visible_places(caller.user, Permission.ENTRY_VIEW, caller.on)
    seen |= gate.visible_places(caller.user, Permission.FIGURE_VIEW, caller.on)
    return [
        {
            "code": place.code,
            "name": place.name,
            "level": place.level,
            "parent": place.parent_id,
            "valid_from": place.valid_from,
            "valid_to": place.valid_to,
        }
        for place in Place.objects.filter(seen)
    ]


@router.get("/indicators", response={200: list[IndicatorOut], **ERRORS}, summary="有哪些指标")
def indicators(request: Called) -> list[dict[str, Any]]:
    caller = request.auth
    lines = {r.line for r in gate.reaches(caller.user, Permission.FIGURE_VIEW, caller.on)}
    return [
        indicator_as_json(each)
        for each in catalogue().indicators.values()
        if lines & {"", each.line} and covers(caller, each)
    ]


def indicator_as_json(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "name": indicator.name,
        "line": indicator.line,
        "kind": indicator.kind,
        "unit": indicator.unit,
        "ledgers": sorted(ledgers_of(indicator)),
    }


def ledgers_of(indicator: Indicator) -> set[str]:
    """The ledgers that a figure of it is counted from; a rate has those of its two parts."""
    if indicator.from_:
        return {indicator.from_}
    known = catalogue().indicators
    parts = (known.get(name or "") for name in (indicator.numerator, indicator.denominator))
    return {ledger for part in parts if part for ledger in ledgers_of(part)}


def covers(caller: Caller, indicator: Indicator) -> bool:
    return caller.token.covers(*ledgers_of(indicator))
