"""Projects, houses that are built, services at the window, suggestions: how each of them goes."""

from __future__ import annotations

from dataclasses import replace

from qianxian.demo._cases import ANSWERS, Case, Child, Move, shown

# ---- projects ----

_GRAND = 10_000


def _project(name: str, kind: str, content: str, wan: int, *moves: Move) -> Case:
    values = {
        "number": "XM{year}{n}",
        "name": name,
        "kind": kind,
        "nature": "新建",
        "content": content,
        "applied_on": "+0",
        "budget": str(wan * _GRAND),
        "funds_from": ["省级衔接", "自筹"],
        "households": wan * 2,
        "persons": wan * 6,
    }
    return Case("village", values, moves)


_TO_STORE = (
    shown("announce", 3, "village", village_notice_on="+0"),
    Move(
        "review",
        11,
        "projects-review",
        {"village_objections": 0, "goal": "带动村里务工，收益全村分配", "reviewed_on": "+0"},
    ),
    shown("store", 12, "projects-county", stored_on="+0"),
)


def _to_build(wan: int) -> tuple[Move, ...]:
    money = str(wan * _GRAND)
    return (
        shown(
            "approve",
            15,
            "projects-county",
            approved_on="+0",
            approved_amount=money,
            funds_in_place=money,
        ),
        shown(
            "start",
            14,
            "projects",
            tender="一事一议",
            contract_amount=money,
            started_on="+0",
            finish_by="+60",
        ),
    )


def _to_hand_over(wan: int) -> tuple[Move, ...]:
    money = str(wan * _GRAND)
    paid = {"number": "PZ{year}{n}", "paid_on": "+0", "kind": "结算款"}
    return (
        shown("finish", 45, "projects", finished_on="+0"),
        shown("accept", 12, "projects-check", accepted_on="+0"),
        Move(
            "settle",
            18,
            "projects",
            {"settled_amount": money, "settled_on": "+0"},
            shows=True,
            child=Child("project_payment", {**paid, "amount": money, "progress": "100"}),
        ),
        shown(
            "hand_over",
            10,
            "projects-check",
            asset_kind="公益性资产",
            handed_on="+0",
            keeper="村集体经济合作社",
        ),
    )


PROJECTS = (
    _project("机耕道硬化", "乡村建设", "硬化 1.2 公里，宽 3.5 米", 48, *_TO_STORE, *_to_build(48), *_to_hand_over(48)),
    _project("油茶基地水渠", "产业发展", "清淤衬砌 800 米", 26, *_TO_STORE, *_to_build(26), *_to_hand_over(26)),
    _project("冷库", "产业发展", "300 立方米冷库一座", 60, *_TO_STORE, *_to_build(60)),
    _project("饮水管网延伸", "巩固三保障", "主管 2.1 公里", 35, *_TO_STORE),
    _project("晒谷坪", "乡村建设", "两处共 900 平方米", 12, Move("remove", 5, "projects-review", reason="和高标准农田重复")),
)  # fmt: skip

# ---- houses ----

_ANNOUNCED = shown("announce", 5, "village", group_on="-3", notice_on="+0")
_ACCEPTED = Move("accept", 8, "land", {"objections": 0, "accepted_on": "+0"})
_REVIEWED = shown("review", 6, "land", is_site_seen=True, is_plan_met=True)
_APPROVED = shown("approve", 5, "land-head", decided_on="+0", permit_number="青建字〔{year}〕{n}号")
_STAKED = shown("stake", 6, "land", staked_on="+0")
_BUILT = shown("complete", 120, "land", base_on="-90", completed_on="+0")
_CHECKED = shown("check", 8, "land-check", checked_on="+0", checked_area="118", is_old_gone=True)
_REFUSED = Move(
    "refuse",
    4,
    "land-head",
    {"refused_on": "+0", "refusal_reason": "选址在地质灾害隐患点内，另选址再申请"},
    shows=True,
    reason="不符合安全要求",
)


def _house(kind: str, *moves: Move) -> Case:
    values = {
        "applied_on": "+0",
        "kind": kind,
        "site": "老屋旁边",
        "land_kind": "建设用地",
        "site_area": "120",
        "storeys": 2,
        "members": 4,
        "has_other": False,
    }
    return Case("village", values, moves)


HOUSES = (
    _house("原址翻建", _ANNOUNCED, _ACCEPTED, _REVIEWED, _APPROVED, _STAKED, _BUILT, _CHECKED),
    _house("集中建房点", _ANNOUNCED, _ACCEPTED, _REVIEWED, _APPROVED, _STAKED, _BUILT, _CHECKED),
    _house("异址新建", _ANNOUNCED, _ACCEPTED, _REVIEWED, _REFUSED),
    _house("原址翻建", _ANNOUNCED, _ACCEPTED, _REVIEWED, _APPROVED, _STAKED),
    _house("改扩建", _ANNOUNCED, _ACCEPTED),
)

# ---- services ----

ITEMS = (
    ("QH-001", "生育服务登记", "公共服务", 1),
    ("QH-002", "残疾人证新办初审", "行政确认", 5),
    ("QH-003", "临时用电报装代办", "代办", 7),
    ("QH-004", "农村危房改造申请受理", "行政给付", 15),
)


def _service(channel: str, *moves: Move) -> Case:
    values = {"number": "BJ{year}-{n}", "received_on": "+0", "channel": channel}
    return Case("window", values, moves)


_TAKEN = Move("accept", 0, "window", {"is_complete": True, "promised_by": "+7"})
_TOLD = shown("tell", 0, "window", missing="户口簿复印件、一寸照片", told_on="+0")
_BROUGHT = replace(_TAKEN, after=2)
_DONE = Move("decide", 4, "services", {"result": "予以办理", "decided_on": "+0"})
_OUT = Move("deliver", 1, "window", {"delivered_on": "+0", "delivery": "窗口领取"})
_ASKED = Move(ANSWERS, 2, "services-ask", reason="解决了")

SERVICES = (
    _service("镇窗口", _TAKEN, _DONE, _OUT, _ASKED),
    _service("村代办", _TOLD, _BROUGHT, _DONE, _OUT, _ASKED),
    _service("网上", _TAKEN, _DONE, _OUT, _ASKED),
    _service("网上", _TAKEN, _DONE, _OUT).days_ago(9),
    _service("村代办", _TAKEN, _DONE).days_ago(6),
    _service("镇窗口", _TOLD).days_ago(4),
)
