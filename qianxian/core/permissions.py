"""What may be done, and the roles that bundle it. A grant is role × line × place subtree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that a person may or may not do within a line and a place."""

    ENTRY_VIEW = "entry.view"
    ENTRY_EDIT = "entry.edit"
    ENTRY_CORRECT = "entry.correct"
    PRIVATE_READ = "private.read"
    ATTEST = "attest"
    ATTEST_CHECK = "attest.check"
    EXTENSION_GRANT = "extension.grant"
    FIGURE_VIEW = "figure.view"
    PLAN_VIEW = "plan.view"
    PLAN_EDIT = "plan.edit"
    REPORT_VIEW = "report.view"
    REPORT_EDIT = "report.edit"
    REPORT_PUBLISH = "report.publish"
    HISTORY_VIEW = "history.view"
    PLACE_EDIT = "place.edit"
    PEOPLE_EDIT = "people.edit"
    LEDGER_DEFINE = "ledger.define"


@dataclass(frozen=True, slots=True)
class Role:
    """A named bundle, described so that a manager can choose it."""

    name: str
    description: str
    permissions: frozenset[Permission]


_READ = {Permission.ENTRY_VIEW, Permission.FIGURE_VIEW, Permission.PLAN_VIEW}

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "village_clerk": Role(
            "村报账员",
            "记本村的台账，办本村的事项，本村报齐。",
            frozenset(_READ | {Permission.ENTRY_EDIT, Permission.ATTEST, Permission.HISTORY_VIEW}),
        ),
        "office_clerk": Role(
            "站所专干",
            "记和改本条线的台账，看数字，镇核，写报告。",
            frozenset(
                _READ
                | {
                    Permission.ENTRY_EDIT,
                    Permission.ENTRY_CORRECT,
                    Permission.ATTEST_CHECK,
                    Permission.HISTORY_VIEW,
                    Permission.PLAN_EDIT,
                    Permission.REPORT_VIEW,
                    Permission.REPORT_EDIT,
                }
            ),
        ),
        "inspector": Role(
            "验收员",
            "到现场验收、复查，不改台账。",
            frozenset(_READ | {Permission.HISTORY_VIEW}),
        ),
        "leader": Role(
            "领导",
            "看全部数字、计划和报告，批延期，定稿发布。",
            frozenset(
                _READ
                | {
                    Permission.HISTORY_VIEW,
                    Permission.EXTENSION_GRANT,
                    Permission.PLAN_EDIT,
                    Permission.REPORT_VIEW,
                    Permission.REPORT_PUBLISH,
                }
            ),
        ),
        "privacy_reader": Role(
            "隐私查看",
            "写明理由后看证件号、电话等原文，每次留痕。",
            frozenset({Permission.ENTRY_VIEW, Permission.PRIVATE_READ}),
        ),
        "administrator": Role(
            "管理员",
            "管人、岗位和地方，建台账，不看台账里的记录。",
            frozenset({Permission.PLACE_EDIT, Permission.PEOPLE_EDIT, Permission.LEDGER_DEFINE}),
        ),
        "ledger_definer": Role(
            "建台账",
            "从表格建本单位自己的台账，改栏，停用。记和看另外给。",
            frozenset({Permission.LEDGER_DEFINE}),
        ),
    }
)
