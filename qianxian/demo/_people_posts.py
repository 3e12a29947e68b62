"""The posts that people's matters need, held by those who are there already."""

from __future__ import annotations

from qianxian.demo._posts import PostOf

_CLERK, _CHECK = "office_clerk", "inspector"
_GOVERN, _CARE, _COMMON = "governance", "livelihood", "common"
_OFFICE, _ORDER, _CIVIL = "党政办公室", "综合行政执法大队", "社会事务办公室"
POSTS = (
    PostOf(
        "petitions",
        "信访专干",
        "petition_officer",
        _OFFICE,
        "office_a",
        "compiler_b",
        ((_CLERK, _GOVERN),),
    ),
    PostOf(
        "petition-review",
        "信访审核岗",
        "petition_reviewer",
        _OFFICE,
        "office_head_a",
        "compiler_a",
        ((_CHECK, _GOVERN),),
    ),
    PostOf(
        "hotline",
        "12345 工单专干",
        "hotline_officer",
        _OFFICE,
        "office_a",
        "compiler_b",
        ((_CLERK, _GOVERN),),
    ),
    PostOf(
        "requests",
        "诉求承办岗",
        "request_handler",
        _ORDER,
        "village_work_a",
        "toilet_b",
        ((_CLERK, _GOVERN),),
    ),
    PostOf("asking", "回访员", "request_asker", _OFFICE, "compiler_a", "", ((_CHECK, _GOVERN),)),
    PostOf(
        "buildings",
        "控违专干",
        "building_officer",
        _ORDER,
        "acceptance_a",
        "acceptance_b",
        ((_CLERK, _GOVERN),),
    ),
    PostOf(
        "buildings-check",
        "控违验收岗",
        "building_checker",
        _ORDER,
        "recheck_a",
        "recheck_b",
        ((_CHECK, _GOVERN),),
    ),
    PostOf(
        "enforcement-head",
        "执法队负责人",
        "enforcement_head",
        _ORDER,
        "reviewer_b",
        "head",
        ((_CLERK, _GOVERN),),
    ),
    PostOf(
        "civil",
        "民政专干",
        "civil_officer",
        _CIVIL,
        "village_work_a",
        "village_work_b",
        ((_CLERK, _CARE), (_CLERK, _COMMON)),
    ),
    PostOf(
        "civil-review",
        "民政审核岗",
        "civil_reviewer",
        _CIVIL,
        "reviewer_a",
        "head",
        ((_CHECK, _CARE), (_CHECK, _COMMON)),
    ),
    PostOf(
        "civil-county",
        "县民政确认录入岗",
        "civil_county",
        _CIVIL,
        "county_a",
        "",
        ((_CHECK, _CARE), (_CHECK, _COMMON)),
    ),
)
