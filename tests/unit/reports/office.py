"""An invented report of an invented township, and records that contradict or support it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from qianxian.core.commits import Actor
from qianxian.core.models import Place
from qianxian.core.queries import township_of
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import store

OLD_NAME = "青禾镇2025年总结.txt"
OLD_REPORT = """青禾镇2025年工作总结和2026年工作打算

一、2025年工作完成情况
（一）农村厕所革命
我镇按照自愿申请的办法推进改厕。2025年计划改厕5户，完成改厕4户，同比增长33.3%，完成年度任务的80.0%。3月15日在清水村开了现场会，全年投入改厕宣传车2台。
（二）村容村貌
新修村道1.2公里，栽树350棵。
二、存在的问题
一是后期管护没有跟上。二是冬季施工慢。
三、2026年工作打算
完成改厕6户，开展村庄清洁行动12次；6月底前修好三组水渠。
青禾镇人民政府
2025年12月20日
"""


def accept_toilets(
    count: int, on: date, place: Place, at: datetime, *, by: str = "王秀英"
) -> list[uuid.UUID]:
    """Record toilets that were accepted on a day. The steps before are another room's tests."""
    states = [
        EntryState(
            id=uuid.uuid4(),
            ledger="toilet_renovation",
            place=place.code,
            data={"accepted_on": on.isoformat()},
            on=on,
            state="accepted",
            title=f"户{n}",
        )
        for n in range(count)
    ]
    store(states=states, township=township_of(place), by=Actor("wangxy", by), at=at)
    return [state.id for state in states]


def clean_up(count: int, on: date, place: Place, at: datetime) -> None:
    """Record village cleanups that were held on a day."""
    states = [
        EntryState(
            id=uuid.uuid4(),
            ledger="cleanup",
            place=place.code,
            data={"held_on": on.isoformat(), "kind": "大扫除"},
            on=on,
            title="大扫除",
        )
        for _ in range(count)
    ]
    store(states=states, township=township_of(place), by=Actor("wangxy", "王秀英"), at=at)


READY = """# {{ period }}工作完成情况

## 农村厕所革命

全镇完成改厕{{ toilets_renovated }}{{ toilets_renovated.growth }}，完成任务的{{ toilets_renovated.progress }}。组织村庄清洁行动{{ cleanup_activities }}。

# 下一步工作

完成改厕{{ toilets_renovated.next_target }}。
"""
