"""What comes to an office from people, and the way that each kind of case takes."""

from __future__ import annotations

from typing import Any

from qianxian.demo._cases import ANSWERS, Case, Move, shown


def _petition(source: str, topic: str, summary: str, *moves: Move, **more: Any) -> Case:
    values = {
        "number": "青信〔{year}〕{n}号",
        "received_on": "+0",
        "source": source,
        "kind": "申诉求决",
        "topic": topic,
        "summary": summary,
    }
    return Case("petitions", values | more, moves)


_ACCEPT = Move(
    "accept",
    4,
    "petitions",
    {
        "accepted_on": "+0",
        "told_on": "+0",
        "told_how": "书面",
        "finish_by": "+60",
        "handler": "承办站所",
        "no_conflict": True,
    },
)
_DELIVER = shown("deliver", 4, "petitions", delivered_on="+0")
_CLOSE = Move("close", 33, "petition-review", {"closed_on": "+0"})


def _opine(opinion: str) -> Move:
    values = {
        "opinion_number": "青信意〔{year}〕{n}号",
        "opinion_on": "+0",
        "opinion": opinion,
        "opinion_basis": "土地管理法和县里的有关规定",
    }
    return shown("opine", 38, "petitions", **values)


_EXPLAINED = (_ACCEPT, _opine("解释说明"), _DELIVER, _CLOSE)
_GUIDED = shown("guide", 6, "petitions", legal_way="诉讼", told_on="+0", closed_on="+0")
_REVIEWED = (
    _ACCEPT,
    _opine("不予支持"),
    _DELIVER,
    Move("ask_review", 12, "petitions", {"review_asked_on": "+0"}),
    Move("record_review", 24, "petitions", {"review_on": "+0", "review_result": "维持"}),
    Move("close_reviewed", 34, "petition-review", {"closed_on": "+0"}),
)
_RETURNED = Move(
    "hand_back",
    3,
    "petitions",
    {"objection": "事权在县交通部门", "handed_back_on": "+0", "closed_on": "+0"},
)
_PASSED_ON = Move(
    "pass_accusation", 2, "petitions", {"routed_to": "县纪检监察机关", "closed_on": "+0"}
)
_ADVISED = shown(
    "advise",
    7,
    "petitions",
    advice_result="列入明年道路维护计划",
    told_on="+0",
    closed_on="+0",
)

PETITIONS = (
    _petition("来访", "土地山林", "两组山界不清", *_EXPLAINED, visitors=3, is_backlog=True),
    _petition("来信", "征地拆迁", "青苗补偿标准", *_REVIEWED),
    _petition("来访", "村务管理", "工程账目要求公开", *_EXPLAINED, visitors=2),
    _petition("上级转送交办", "其他", "过境货车扬尘", _RETURNED),
    _petition("来信", "劳资", "工地欠付工钱", _GUIDED),
    Case(
        "petitions",
        {
            "number": "青信〔{year}〕{n}号",
            "received_on": "+0",
            "source": "来信",
            "kind": "检举控告",
            "topic": "村务管理",
        },
        (_PASSED_ON,),
    ),
    _petition("网上", "环境保护", "建议增设路灯", _ADVISED, kind="建议意见"),
    _petition("来访", "住房宅基地", "建房用地没有批下来", *_EXPLAINED, visitors=1, is_backlog=True),
    _petition("来电", "社会保障", "养老金认证不便", *_EXPLAINED),
    _petition("来访", "土地山林", "水田边界相争", *_EXPLAINED, visitors=4),
    _petition("来信", "环境保护", "砂场夜里作业", *_EXPLAINED),
    _petition("来信", "社会保障", "补贴没有到账", _ACCEPT).days_ago(20),
    _petition("来访", "征地拆迁", "过渡房没有安排", visitors=2).days_ago(6),
)

_SIGN = Move("sign", 1, "requests", {"signed_on": "+0"})
_CLOSE_REQUEST = Move("close", 1, "hotline", {"closed_on": "+0"})


def _reply(outcome: str, answer: str) -> Move:
    values = {"contacted_on": "+0", "outcome": outcome, "answer": answer, "replied_on": "+0"}
    return Move("reply", 3, "requests", values)


def _asked(answer: str) -> Move:
    return Move(ANSWERS, 2, "asking", reason=answer)


def _request(kind: str, topic: str, content: str, *moves: Move) -> Case:
    values = {
        "number": "GD{year}{n}",
        "received_on": "+0",
        "source": "12345 热线",
        "kind": kind,
        "topic": topic,
        "content": content,
    }
    return Case("hotline", values, moves)


_AGAIN = (
    _SIGN,
    _reply("部分解决", "已清一半，余下的在排期"),
    _CLOSE_REQUEST,
    _asked("没有解决"),
    _reply("解决", "已全部清走"),
    _CLOSE_REQUEST,
    _asked("解决了"),
)
_SENT_OFF = Move("return", 1, "hotline", {"returned_on": "+0"}, reason="不在本镇地界，属邻镇")


def _solved(answer: str, *, asked: str = "解决了") -> tuple[Move, ...]:
    return (_SIGN, _reply("解决", answer), _CLOSE_REQUEST, _asked(asked))


REQUESTS = (
    _request("求助", "道路交通", "路面塌了一块，车子难过", *_solved("已填平压实")),
    _request("投诉", "环境卫生", "垃圾桶几天没有清", *_AGAIN),
    _request("咨询", "社会保障", "医保怎么办异地备案", *_solved("已电话讲清办法", asked="不愿说")),
    _request("求助", "用水用电", "自来水早上没有水", *_solved("换了一段水管")),
    _request("投诉", "住房建房", "邻居建房堵了水沟", *_solved("已疏通", asked="部分解决")),
    _request("求助", "用水用电", "变压器边的树挡线", _SENT_OFF),
    _request(
        "建议", "道路交通", "岔路口要装镜子", *_solved("已装好", asked="没联系上"), _asked("解决了")
    ),
    _request("投诉", "环境卫生", "河边有人倒渣土", *_solved("已清走，立了牌子")),
    _request("咨询", "土地", "承包证丢了怎么补", *_solved("已讲清材料和窗口")),
    _request("求助", "道路交通", "桥上护栏松了", _SIGN).days_ago(3),
)


def _building(use: str, location: str, *moves: Move, source: str = "巡查", **more: Any) -> Case:
    values = {
        "number": "WJ{year}-{n}",
        "found_on": "+0",
        "source": source,
        "location": location,
        "is_new": "新增",
        "building_use": use,
    }
    return Case("buildings", values | more, moves)


def _found(area: int, land: str, authority: str = "乡镇政府") -> Move:
    values = {
        "checked_on": "+0",
        "check_note": "现场量过，没有批准手续",
        "land_kind": land,
        "occupied_area": str(area),
        "building_area": str(area),
        "authority": authority,
    }
    return shown("find_illegal", 2, "buildings", **values)


_STOP = shown(
    "order",
    2,
    "buildings",
    order_number="青责改〔{year}〕{n}号",
    order_served_on="+0",
    correct_by="+10",
)
_DECIDE = shown(
    "decide",
    14,
    "enforcement-head",
    decision_number="青限拆〔{year}〕{n}号",
    decision_served_on="+0",
    remove_by="+15",
    appeal_until="+184",
)


def _gone(area: int, after: int = 6) -> Move:
    values = {
        "is_voluntary": True,
        "removal_kind": "自行拆除",
        "removed_on": "+0",
        "removed_area": str(area),
    }
    return shown("remove_voluntarily", after, "buildings", **values)


def _checked(restored: str) -> Move:
    values = {"restored": restored, "accepted_on": "+0"}
    return shown("close", 5, "buildings-check", **values)


_LEGAL = shown(
    "prove_legal",
    2,
    "buildings",
    checked_on="+0",
    permit_number="青建证〔{year}〕{n}号",
    legal_on="+0",
)
_PAPERS = shown(
    "make_legal", 9, "buildings-check", permit_number="青建证〔{year}〕{n}号", legal_on="+0"
)
_SPOT = {"source": "图斑", "spot_batch": "第一期"}

BUILDINGS = (
    _building("棚亭", "大樟树下", _found(45, "建设用地"), _gone(45), _checked("已恢复原状")),
    _building("住宅", "新屋场", _found(120, "建设用地"), _STOP, _PAPERS),
    _building("附属房", "水库边", _LEGAL, spot_number="TB-{n}", **_SPOT),
    _building(
        "附属房",
        "老油坊",
        _found(36, "耕地"),
        _STOP,
        _gone(36),
        _checked("已复耕"),
        spot_number="TB-{n}",
        **_SPOT,
    ),
    _building(
        "生产经营",
        "岔路口",
        _found(260, "建设用地"),
        _STOP,
        _DECIDE,
        _gone(260, 11),
        _checked("已恢复原状"),
    ),
    _building("棚亭", "晒谷坪", _found(28, "耕地"), _gone(28), _checked("已复耕")),
    _building("住宅", "竹山脚", _found(96, "其他农用地"), _STOP, _PAPERS),
    _building(
        "棚亭",
        "桥头",
        _found(52, "建设用地"),
        _gone(52),
        _checked("不需要恢复"),
        source="12345 热线",
    ),
    _building("附属房", "井边", _LEGAL, spot_number="TB-{n}", **_SPOT),
    _building("生产经营", "砖厂旁", _found(310, "建设用地"), _STOP, _DECIDE).days_ago(24),
    _building("附属房", "柚子园", _found(40, "耕地"), spot_number="TB-{n}", **_SPOT).days_ago(4),
    _building("棚亭", "河湾", source="举报").days_ago(2),
)
