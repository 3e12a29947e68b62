"""The posts of the demo's township office: what they are called, who holds them, what they may."""

from __future__ import annotations

from dataclasses import dataclass

# The registers that all lines use: households, residents.
_COMMON, _ENVIRONMENT, _REVITALISATION, _SAFETY, _OFFICE = (
    "common",
    "environment",
    "revitalisation",
    "safety",
    "office",
)


@dataclass(frozen=True, slots=True)
class PostOf:
    """A post of the township. `a` and `b` are keys of people, `roles` pairs of role and line."""

    code: str
    name: str
    duty: str
    office: str
    a: str
    b: str
    roles: tuple[tuple[str, str], ...]


def post_of(
    code: str, name: str, duty: str, office: str, held_by: tuple[str, str], role: str, *lines: str
) -> PostOf:
    """A post with one role in one or more lines."""
    return PostOf(code, name, duty, office, *held_by, tuple((role, line) for line in lines))


def _clerk(*lines: str) -> tuple[tuple[str, str], ...]:
    return tuple(("office_clerk", line) for line in lines)


def _reader(*lines: str) -> tuple[tuple[str, str], ...]:
    return tuple(("privacy_reader", line) for line in lines)


def _definer(*lines: str) -> tuple[tuple[str, str], ...]:
    return tuple(("ledger_definer", line) for line in lines)


_LEADERS, _FARMING, _BUILDING, _WRITING, _SAFE, _PARTY = (
    "党政领导班子",
    "农业农村办公室",
    "村镇建设服务中心",
    "党政综合办公室",
    "应急管理办公室",
    "党政办公室",
)

POSTS = (
    PostOf("deputy", "分管副镇长", "leader", _LEADERS, "deputy", "mayor", (("leader", ""),)),
    PostOf("mayor", "镇长", "leader", _LEADERS, "mayor", "deputy", (("leader", ""),)),
    # One post for three lines: what is over its time rises to the nearest line head.
    PostOf(
        "line-head",
        "条线负责人",
        "line_head",
        _FARMING,
        "head",
        "toilet_b",
        (
            *_clerk(_ENVIRONMENT, _REVITALISATION, _SAFETY, _COMMON),
            *_reader(_ENVIRONMENT, _REVITALISATION, _SAFETY, _COMMON),
            *_definer(_ENVIRONMENT, _REVITALISATION, _SAFETY),
        ),
    ),
    PostOf(
        "toilet-officer",
        "改厕专干",
        "toilet_officer",
        _FARMING,
        "toilet_a",
        "toilet_b",
        _clerk(_ENVIRONMENT, _COMMON),
    ),
    PostOf(
        "acceptance",
        "验收岗",
        "acceptance_officer",
        _BUILDING,
        "acceptance_a",
        "acceptance_b",
        (("inspector", _ENVIRONMENT), ("inspector", _COMMON)),
    ),
    PostOf(
        "revitalisation",
        "乡村振兴专干",
        "revitalisation_officer",
        _FARMING,
        "village_work_b",
        "reviewer_b",
        (*_clerk(_REVITALISATION, _COMMON), *_reader(_REVITALISATION, _COMMON)),
    ),
    PostOf(
        "review",
        "乡村振兴审核岗",
        "revitalisation_reviewer",
        _FARMING,
        "reviewer_a",
        "head",
        (("inspector", _REVITALISATION), ("inspector", _COMMON)),
    ),
    PostOf(
        "county-review",
        "县级审定录入岗",
        "county_reviewer",
        _FARMING,
        "county_a",
        "",
        (("inspector", _REVITALISATION), ("inspector", _COMMON)),
    ),
    PostOf(
        "safety",
        "安全专干",
        "safety_officer",
        _SAFE,
        "safety_a",
        "safety_b",
        (*_clerk(_SAFETY), *_reader(_SAFETY)),
    ),
    PostOf(
        "recheck",
        "安全复查员",
        "safety_inspector",
        _SAFE,
        "recheck_a",
        "recheck_b",
        (("inspector", _SAFETY),),
    ),
    PostOf(
        "office-clerk",
        "党政办文员",
        "office_clerk",
        _PARTY,
        "office_a",
        "compiler_b",
        _clerk(_OFFICE),
    ),
    PostOf(
        "office-head",
        "党政办主任",
        "office_head",
        _PARTY,
        "office_head_a",
        "compiler_a",
        _clerk(_OFFICE),
    ),
    PostOf(
        "compiler",
        "综合文稿岗",
        "compiler",
        _WRITING,
        "compiler_a",
        "compiler_b",
        (("office_clerk", ""),),
    ),
    PostOf(
        "administrator",
        "系统管理员",
        "administrator",
        _WRITING,
        "administrator",
        "",
        (("administrator", ""),),
    ),
)
