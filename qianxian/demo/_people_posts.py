"""The posts that people's matters need, held by those who are there already."""

from __future__ import annotations

from qianxian.demo._posts import post_of

_CLERK, _CHECK = "office_clerk", "inspector"
_GOVERN, _CARE, _COMMON = "governance", "livelihood", "common"
_OFFICE, _ORDER, _CIVIL = "党政办公室", "综合行政执法大队", "社会事务办公室"

POSTS = (
    post_of("petitions", "信访专干", "petition_officer", _OFFICE, ("office_a", "compiler_b"), _CLERK, _GOVERN),
    post_of("petition-review", "信访审核岗", "petition_reviewer", _OFFICE, ("office_head_a", "compiler_a"), _CHECK, _GOVERN),
    post_of("hotline", "12345 工单专干", "hotline_officer", _OFFICE, ("office_a", "compiler_b"), _CLERK, _GOVERN),
    post_of("requests", "诉求承办岗", "request_handler", _ORDER, ("village_work_a", "toilet_b"), _CLERK, _GOVERN),
    post_of("asking", "回访员", "request_asker", _OFFICE, ("compiler_a", ""), _CHECK, _GOVERN),
    post_of("buildings", "控违专干", "building_officer", _ORDER, ("acceptance_a", "acceptance_b"), _CLERK, _GOVERN),
    post_of("buildings-check", "控违验收岗", "building_checker", _ORDER, ("recheck_a", "recheck_b"), _CHECK, _GOVERN),
    post_of("enforcement-head", "执法队负责人", "enforcement_head", _ORDER, ("reviewer_b", "head"), _CLERK, _GOVERN),
    post_of("civil", "民政专干", "civil_officer", _CIVIL, ("village_work_a", "village_work_b"), _CLERK, _CARE, _COMMON),
    post_of("civil-review", "民政审核岗", "civil_reviewer", _CIVIL, ("reviewer_a", "head"), _CHECK, _CARE, _COMMON),
    post_of("civil-county", "县民政确认录入岗", "civil_county", _CIVIL, ("county_a", ""), _CHECK, _CARE, _COMMON),
)  # fmt: skip
