"""Everything that moves matters. Views, sentences, imports and generators call these and no other."""

from __future__ import annotations

from qianxian.matters.extensions import ask_extension, grant_extension, refuse_extension
from qianxian.matters.holidays import recount, recount_all, set_holidays
from qianxian.matters.reopening import reopen, take_back
from qianxian.matters.steps import take_step

__all__ = [
    "ask_extension",
    "grant_extension",
    "recount",
    "recount_all",
    "refuse_extension",
    "reopen",
    "set_holidays",
    "take_back",
    "take_step",
]
