"""A kind of matter that shows what flows may say beside their steps: calls of residents.

A clerk dispatches a call to a works post, which takes it over or sends it back; closed, the person
is asked by somebody else. Several calls may be dispatched at once; the reply is a numbered paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, Post, User
from qianxian.ledgers.models import Entry
from qianxian.matters.services import take_step

PACK = {
    "pack.yaml": """
name: 热线
roles: {call_clerk: 热线文员, works_post: 承办岗, call_asker: 回访岗, call_head: 热线科长}
""",
    "ledgers/phone_call.yaml": """
name: 热线工单
place: village
date: received_on
flow: phone_call
title: [about]
fields:
  - {name: received_on, label: 来电日期, type: date, required: true}
  - {name: about, label: 诉求, type: text, required: true}
  - {name: kind, label: 类别, type: choice, choices: [道路, 供水], filter: true}
  - {name: handled_on, label: 办理日期, type: date}
  - {name: outcome, label: 办理结果, type: text}
  - {name: said_after, label: 回访, type: choice, choices: [解决了, 部分解决, 没有解决, 不愿说, 没联系上]}
  - {name: phone, label: 来电号码, type: phone, private: true}
""",
    "flows/phone_call.yaml": """
name: 热线办理
initial: received
states:
  received: {label: 已接听, no_limit: 接完当场派单}
  dispatched: {label: 办理中}
  done: {label: 已办结, kind: closed}
  dropped: {label: 不用办, kind: cancelled}
clocks:
  - {id: handle, label: 办理, days: 5, kind: working, basis: 先按 5 个工作日}
steps:
  - id: dispatch
    label: 派单
    from: [received]
    to: dispatched
    role: call_clerk
    needs: [kind]
    starts: [handle]
    bulk: allowed
  - id: finish
    label: 办结
    from: [dispatched]
    to: done
    role: works_post
    needs: [handled_on, outcome]
    stops: [handle]
    document: call_reply
  - {id: drop, label: 不用办, from: [received], to: dropped, role: call_clerk, reason: true}
hand_on: {steps: [dispatch], refuse_within: 2, kind: working, basis: 先按 2 个工作日}
ask_after:
  role: call_asker
  field: said_after
  within: 3
  tries: 2
  back_to: dispatched
  starts: [handle]
  basis: 先按 3 个工作日
escalations:
  - {id: overdue, label: 超期，报科长, to: call_head}
""",
    "documents/call_reply.md": """
---
name: 答复书
code: 青政复
title: 关于{{ about }}的答复
addressee: 来电人
---
您好！您于{{ received_on }}反映的“{{ about }}”（{{ village }}），我们于{{ handled_on }}办理。

办理结果：{{ outcome }}。

联系人签名：{{ blank }}
""",
}


@contextmanager
def hotline_pack(settings: Any, folder: Path) -> Iterator[None]:
    for name, text in PACK.items():
        file = folder / "packs" / "hotline" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip(), encoding="utf-8")
    settings.PACKS = [*settings.PACKS, folder / "packs"]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@dataclass
class Hotline:
    """Posts and people of the calls; `road` and `water` both do works."""

    clerk: User
    road: User
    water: User
    asker: User
    posts: dict[str, Post]
    record: Callable[..., Entry]

    def take(self, entry: Entry, step: str, by: User, at: datetime, **more: Any) -> Commit:
        values = {
            "dispatch": {"kind": "道路"},
            "finish": {"handled_on": at.date().isoformat(), "outcome": "已修好"},
        }
        given = {"values": values.get(step, {}), "post": self.post_of(by), **more}
        return take_step(entry=entry, step_id=step, by=by, at=at, version=entry.version, **given)

    def post_of(self, user: User) -> Post:
        return next(p for p in self.posts.values() if p.holdings.filter(user=user).exists())


def hotline_of(
    township: Place,
    village: Place,
    make_user: Callable[..., User],
    make_post: Callable[..., Post],
    make_entry: Callable[..., Entry],
    at: datetime,
) -> Hotline:
    users = {name: make_user(label, username=name) for name, label in _PEOPLE.items()}
    duties = {"clerk": "call_clerk", "road": "works_post", "water": "works_post"}
    posts = {
        name: make_post(
            _PEOPLE[name],
            duty=duties.get(name, "call_asker"),
            place=township,
            a=user,
            role="office_clerk",
            code=f"post-{name}",
        )
        for name, user in users.items()
    }

    def record(about: str = "村口路面塌陷", *, place: Place = village, **values: Any) -> Entry:
        given = {"received_on": at.date().isoformat(), "about": about, **values}
        return make_entry("phone_call", given, place=place, by=users["clerk"], at=at)

    return Hotline(**users, posts=posts, record=record)


_PEOPLE = {"clerk": "唐文员", "road": "马公路", "water": "舒供水", "asker": "柳回访"}
