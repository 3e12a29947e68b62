"""A notice that came in: who wants what by when, each with its words in the text."""

from __future__ import annotations

from qianxian_reader.notice._calendar import WorkingDayAfter
from qianxian_reader.notice._model import Day, Found, NoticeRead, Role, Span
from qianxian_reader.notice._read import read_notice
from qianxian_reader.notice._text import text_of_file

__all__ = [
    "Day",
    "Found",
    "NoticeRead",
    "Role",
    "Span",
    "WorkingDayAfter",
    "read_notice",
    "text_of_file",
]
