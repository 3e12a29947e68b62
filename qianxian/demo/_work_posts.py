"""The posts that projects, land and services need, held by those who are there already."""

from __future__ import annotations

from qianxian.demo._posts import post_of

_CLERK, _CHECK = "office_clerk", "inspector"
_ECONOMY, _LAND, _SERVICES, _COMMON = "economy", "land", "services", "common"
_GROWTH, _PLAN, _WINDOW = "经济发展办公室", "自然资源和村镇建设办公室", "便民服务中心"

POSTS = (
    post_of("projects", "项目专干", "project_officer", _GROWTH, ("village_work_b", "toilet_b"), _CLERK, _ECONOMY),
    post_of("projects-review", "项目审核岗", "project_reviewer", _GROWTH, ("reviewer_a", "head"), _CHECK, _ECONOMY),
    post_of("projects-check", "项目验收岗", "project_checker", _GROWTH, ("recheck_a", "recheck_b"), _CHECK, _ECONOMY),
    post_of("projects-county", "县级项目审定录入岗", "project_county", _GROWTH, ("county_a", ""), _CHECK, _ECONOMY),
    post_of("land", "自然资源专干", "land_officer", _PLAN, ("acceptance_b", "acceptance_a"), _CLERK, _LAND, _COMMON),
    post_of("land-head", "建房审批岗", "land_head", _PLAN, ("reviewer_b", "head"), _CHECK, _LAND, _COMMON),
    post_of("land-check", "建房验收岗", "land_checker", _PLAN, ("recheck_b", "recheck_a"), _CHECK, _LAND, _COMMON),
    post_of("window", "窗口受理岗", "window_clerk", _WINDOW, ("compiler_b", "office_a"), _CLERK, _SERVICES),
    post_of("services", "事项承办岗", "service_handler", _WINDOW, ("village_work_a", "toilet_b"), _CLERK, _SERVICES),
    post_of("services-ask", "好差评回访岗", "service_asker", _WINDOW, ("compiler_a", ""), _CHECK, _SERVICES),
)  # fmt: skip
