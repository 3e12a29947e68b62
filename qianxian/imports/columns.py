"""What the columns of a table are taken for: fields of the ledger, place, subject, or nothing.

A target is a text: `field:<name>`, `place`, `village`, `group`, `place_code`,
`subject` (its whole name), `subject:<field of the register>`, or empty for a column that is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from qianxian.core.definitions import catalogue
from qianxian.imports.grid import Column, Match
from qianxian.ledgers.checks import step_fields
from qianxian_packs import Field, Ledger

LEFT = ""
_VILLAGE = "村 行政村 村名 所在村 村社区 村居 村别 村委会 所属村 村庄 村名称 村(社区) 社区"
_GROUP = "组 村民小组 小组 组别 所在组 组名 村小组 所属组"
_PLACE = "地方 村组 所在村组 地址 住址 家庭住址 所在地 属地 详细地址"
_CODE = "地方代码 村代码 组代码 区划代码"
_VILLAGES = frozenset(_VILLAGE.split())
_NAME = "姓名 户主姓名 户主 名称"
# Nobody asks what these are: a row's number, what the township is called, who made the table.
_UNASKED = frozenset(
    [
        "序号",
        "序",
        "编号序",
        "no",
        "no.",
        "县",
        "县区",
        "县(市、区)",
        "乡镇",
        "乡(镇)",
        "乡镇名称",
        "状态",
        "补录",
        "记录",
    ]
)
_NEAR = 90
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")
_MARKS = re.compile(r"[*＊]|\(必填\)|\(选填\)|\(可不填\)")


def plain(label: str) -> str:
    """A header without spaces, marks of required columns, and difference of signs."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", label)).lower()
    return _MARKS.sub("", text).strip(":")


def is_village(label: str) -> bool:
    """Whether a header names villages."""
    return plain(label) in _VILLAGES


def wanted(ledger: Ledger) -> list[str]:
    """Headers that a sheet of this ledger may have."""
    register = catalogue().ledgers.get(ledger.subject or "")
    own = [f.label for f in ledger.fields]
    if register is not None:
        own += [register.by_name[name].label for name in subject_fields(register)]
    return own


def targets(ledger: Ledger) -> dict[str, str]:
    """Every target of a ledger with its words, for choosing by hand; steps' fields are not there."""
    steps = step_fields(ledger)
    found = {
        f"field:{f.name}": f.label
        for f in ledger.fields
        if f.name not in steps and f.type not in ("file", "photo")
    }
    register = catalogue().ledgers.get(ledger.subject or "")
    if register is not None:
        found["subject"] = register.name.removesuffix("底册")
        for name in subject_fields(register):
            found[f"subject:{name}"] = f"{found['subject']}：{register.by_name[name].label}"
    return found | {
        "village": "村",
        "group": "组",
        "place": "村和组在一格",
        "place_code": "地方代码",
    }


def subject_fields(register: Ledger) -> tuple[str, ...]:
    """The fields of a register by which its entries can be named."""
    own = (*register.key, *register.title)
    return tuple(dict.fromkeys(n for n in own if n in register.by_name))


def match(ledger: Ledger, columns: Sequence[Column], chosen: Mapping[str, str]) -> list[Match]:
    """What each column is taken for. What a person chose for a label comes before all else."""
    known = _known(ledger)
    steps, options = step_fields(ledger), targets(ledger)
    found: list[Match] = []
    taken: set[str] = set()
    for column in columns:
        one = _one(column, known, steps, chosen, options, ledger)
        # The first of two columns with the same meaning counts; the second is asked about.
        if one.target and one.target in taken:
            one = Match(column, LEFT, is_asked=True)
        taken.add(one.target)
        found.append(one)
    return found


def _one(
    column: Column,
    known: Mapping[str, str],
    steps: Mapping[str, str],
    chosen: Mapping[str, str],
    options: Mapping[str, str],
    ledger: Ledger,
) -> Match:
    label = plain(column.label)
    if label in chosen and (chosen[label] in options or chosen[label] == LEFT):
        return Match(column, chosen[label])
    target = _looked_up(label, known)
    near = ""
    if target is None:
        near = _nearest(label, known)
        target = near or None
    name = (target or "").removeprefix("field:")
    if target and name in steps:
        return Match(column, LEFT, refused=_refusal(ledger.by_name[name], steps[name]))
    if target is None and label not in _UNASKED:
        return Match(column, LEFT, is_asked=True)
    return Match(column, target or LEFT, is_near=bool(near))


def _refusal(field: Field, step: str) -> str:
    return f"{field.label}要在办“{step}”那一步时填，不能从表里导。这一栏没有导，别的栏照样导。"


def _looked_up(label: str, known: Mapping[str, str]) -> str | None:
    """The label as it stands, its last part, or either without what stands in brackets."""
    last = label.rsplit("/", 1)[-1]
    for words in (label, last, _BRACKET.sub("", last)):
        if words in known:
            return known[words]
    return None


def _nearest(label: str, known: Mapping[str, str]) -> str:
    ranked = sorted(((fuzz.ratio(label, words), words) for words in known), reverse=True)[:2]
    if not ranked or ranked[0][0] < _NEAR:
        return ""
    is_clear = len(ranked) == 1 or known[ranked[0][1]] != known[ranked[1][1]]
    return known[ranked[0][1]] if is_clear or ranked[0][0] > ranked[1][0] else ""


def _known(ledger: Ledger) -> dict[str, str]:
    """Label → target. The ledger's own fields come before words for places and subjects."""
    found: dict[str, str] = {}
    _add(found, _PLACE.split(), "place")
    _add(found, _VILLAGE.split(), "village")
    _add(found, _GROUP.split(), "group")
    _add(found, _CODE.split(), "place_code")
    register = catalogue().ledgers.get(ledger.subject or "")
    if register is not None:
        _add_subject(found, register)
    for field in ledger.fields:
        if field.type not in ("file", "photo"):
            found[plain(field.label)] = f"field:{field.name}"
            found[field.name] = f"field:{field.name}"
    return found


def _add_subject(found: dict[str, str], register: Ledger) -> None:
    names = subject_fields(register)
    worded = [n for n in names if n not in register.key]
    if worded:
        _add(found, _NAME.split(), f"subject:{worded[-1]}")
    _add(found, [register.name.removesuffix("底册")], "subject")
    for name in names:
        _add(found, [register.by_name[name].label], f"subject:{name}")


def _add(found: dict[str, str], labels: Iterable[str], target: str) -> None:
    found.update({plain(label): target for label in labels})
