"""Households that apply for assistance, and the way of each."""

from __future__ import annotations

from typing import Any

from qianxian.demo._cases import Case, Child, Move, shown
from qianxian.ledgers.models import Entry

_TAKEN_IN = Move("accept", 2, "civil", {"accepted_on": "+0", "consent": True, "consent_on": "+0"})
_NOTICE = shown("announce", 1, "village", notice_on="+0")
_SUBMIT = Move("submit", 9, "civil-review", {"objections": 0, "township_on": "+0"})


def _survey(income: int) -> Move:
    values = {
        "report_number": "青核〔{year}〕{n}号",
        "surveyors": 2,
        "surveyed_on": "+0",
        "income_per_person": str(income),
        "standard": "560",
        "is_property_within": True,
    }
    return shown("survey", 6, "civil", **values)


def _opinion(told: str) -> Move:
    return Move("opine", 2, "civil-review", {"opinion": told, "opinion_on": "+0"})


def _approve(klass: str, covered: int, amount: int) -> Move:
    values = {
        "approved_on": "+0",
        "class": klass,
        "covered": covered,
        "amount": str(amount),
        "pay_from": "+20",
    }
    return Move("approve", 4, "civil-county", values)


def _paid(entry: Entry) -> dict[str, Any]:
    return {
        "paid_on": "+0",
        "kind": "低保金" if entry.data["kind"] == "低保" else "特困供养金",
        "persons": entry.data["covered"],
        "amount": entry.data["amount"],
        "way": "一卡通",
    }


_PAY = Move("pay", 22, "civil", {"paid_on": "+0"}, child=Child("benefit_payment", _paid))


def _apply(kind: str, *moves: Move) -> Case:
    return Case("village", {"applied_on": "+0", "kind": kind}, moves)


def _granted(covered: int, income: int) -> tuple[Move, ...]:
    amount = (560 - income) * covered
    return (
        _TAKEN_IN,
        _survey(income),
        _opinion("建议纳入"),
        _NOTICE,
        _SUBMIT,
        _approve("低保差额", covered, amount),
        _PAY,
    )


_REFUSED = (
    _TAKEN_IN,
    _survey(910),
    _opinion("建议不纳入"),
    Move(
        "refuse",
        3,
        "civil-county",
        {
            "refused_on": "+0",
            "refusal_kind": "收入高过标准",
            "refusal_reason": "家庭月人均收入 910 元，高过 560 元的标准；不服可以申请行政复议",
            "refusal_told_on": "+0",
        },
        reason="收入高过标准",
    ),
)
_OBJECTED = (
    _TAKEN_IN,
    _survey(380),
    _opinion("建议纳入"),
    _NOTICE,
    Move("object", 4, "civil", {"objections": 1}, reason="有人说他家有车，要再核"),
    shown("review", 5, "village", reviewed_on="+0"),
    _opinion("建议纳入"),
    _NOTICE,
    _SUBMIT,
    _approve("低保差额", 2, 360),
    _PAY,
)
_STOPPED = (
    *_granted(1, 300),
    Move("recheck", 150, "civil", {"rechecked_on": "+0", "recheck_result": "建议停发"}),
    Move(
        "propose_stop",
        4,
        "civil",
        {"stop_kind": "收入好转", "is_person_heard": True},
        reason="儿子上班了，本人也同意",
    ),
    Move(
        "stop",
        6,
        "civil-county",
        {"stopped_on": "+0", "stop_told_on": "+0"},
        reason="家庭收入已高过标准",
    ),
)
_SUPPORTED = (
    _TAKEN_IN,
    _survey(0),
    _opinion("建议纳入"),
    _NOTICE,
    _SUBMIT,
    _approve("特困分散供养", 1, 560),
    _PAY,
)

HOUSEHOLDS = (
    _apply("低保", *_granted(3, 260)),
    _apply("低保", *_STOPPED),
    _apply("特困", *_SUPPORTED),
    _apply("低保", *_OBJECTED),
    _apply("低保", *_REFUSED),
    _apply("低保", *_granted(2, 410)),
    _apply("低保", *_granted(4, 350)),
    _apply("低保", *_granted(1, 120)),
    _apply("低保", *_granted(2, 300)),
    _apply("低保", *_granted(2, 330)[:3]).days_ago(12),
    _apply("低保").days_ago(2),
)
