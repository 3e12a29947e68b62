"""Writing reports: every write here is a commit of the township's stream."""

from __future__ import annotations

from qianxian.reports.services.dismissing import dismiss_finding, restore_finding
from qianxian.reports.services.drafts import (
    accept_figures,
    apply_correction,
    choose_base,
    draft_report,
    edit_draft,
)
from qianxian.reports.services.publishing import NotReady, publish_report
from qianxian.reports.services.sources import accept_tasks, read_report

__all__ = [
    "NotReady",
    "accept_figures",
    "accept_tasks",
    "apply_correction",
    "choose_base",
    "dismiss_finding",
    "draft_report",
    "edit_draft",
    "publish_report",
    "read_report",
    "restore_finding",
]
