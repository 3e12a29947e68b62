"""Dates and moments as people say them: 10月16日 星期五, 今天 17:00, 还有 4 天, 超 2 天.

Pure functions; today comes in as an argument. A moment is told in the office's time zone. The
words are msgids with a Chinese catalogue like every other word of the shell.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext

from qianxian.core.templatetags._numbers import NOTHING
from qianxian_figures import Period

# A datetime is a date too, so the second half is only said for readers.
Day = date | datetime
Said = Day | str | None


def _local(value: Day) -> Day:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _date(value: Day) -> date:
    value = _local(value)
    return value.date() if isinstance(value, datetime) else value


def _clock(value: Day) -> str:
    value = _local(value)
    return f"{value:%H:%M}" if isinstance(value, datetime) else ""


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)


def day(value: Said, today: Said = None) -> str:
    """10月16日; the year is left out only where today's year is known to be the same."""
    if not isinstance(value, date):
        return NOTHING
    on = _date(value)
    parts = {"year": on.year, "month": on.month, "day": on.day}
    if isinstance(today, date) and _date(today).year == on.year:
        return gettext("%(month)d/%(day)d") % parts
    return gettext("%(year)d/%(month)d/%(day)d") % parts


def long_day(value: Said, today: Said = None) -> str:
    """10月16日 星期五."""
    if not isinstance(value, date):
        return NOTHING
    return f"{day(value, today)} {WEEKDAYS[_date(value).weekday()]}"


def short_day(value: Said, today: Said = None) -> str:
    """10-16 in a column of dates; 2025-10-16 when the year is another."""
    if not isinstance(value, date):
        return NOTHING
    on = _date(value)
    same = isinstance(today, date) and _date(today).year == on.year
    return f"{on:%m-%d}" if same else f"{on:%Y-%m-%d}"


def moment(value: Said, today: Said = None) -> str:
    """10月16日 08:30, as an as-of is told."""
    if not isinstance(value, date):
        return NOTHING
    return _join(day(value, today), _clock(value))


def said(value: Said, today: Said) -> str:
    """今天 17:00, 昨天 15:30, 明天, otherwise the day and the time."""
    if not isinstance(value, date):
        return NOTHING
    if not isinstance(today, date):
        return moment(value)
    names = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    away = (_date(value) - _date(today)).days
    return _join(names.get(away) or day(value, today), _clock(value))


def days_left(value: Day, today: Day) -> int:
    """Whole days until the date; negative when it has passed."""
    return (_date(value) - _date(today)).days


def is_late(value: Day, today: Day) -> bool:
    """Whether the time is over: the day, or on the day itself the minute, where both are known."""
    if isinstance(value, datetime) and isinstance(today, datetime):
        return value < today
    return days_left(value, today) < 0


def left(value: Said, today: Said) -> str:
    """还有 4 天, 今天到期, 超 2 天; with two moments on one day 还有 6 小时 10 分."""
    if not (isinstance(value, date) and isinstance(today, date)):
        return NOTHING
    away = days_left(value, today)
    if away == 0 and isinstance(value, datetime) and isinstance(today, datetime):
        return _time_left(value - today)
    if away == 0:
        return gettext("due today")
    if away > 0:
        return ngettext("%(n)d day left", "%(n)d days left", away) % {"n": away}
    return ngettext("%(n)d day over", "%(n)d days over", -away) % {"n": -away}


def _time_left(rest: timedelta) -> str:
    hours, minutes = divmod(int(abs(rest).total_seconds()) // 60, 60)
    if rest < timedelta():
        return gettext("%(hours)d h %(minutes)d min over") % {"hours": hours, "minutes": minutes}
    return gettext("%(hours)d h %(minutes)d min left") % {"hours": hours, "minutes": minutes}


def due(value: Said, today: Said) -> str:
    """The bold line of a matter: 超 2 天, 今天 17:00, 10月20日."""
    if not (isinstance(value, date) and isinstance(today, date)):
        return gettext("no due date")
    if days_left(value, today) < 0 or is_late(value, today):
        return left(value, today)
    if days_left(value, today) == 0:
        return said(value, today)
    return day(value, today)


def due_note(value: Said, today: Said) -> str:
    """The line below it: 应 10月14日, 还有 4 天; nothing where the bold line says all."""
    if not (isinstance(value, date) and isinstance(today, date)):
        return ""
    if is_late(value, today):
        when = _clock(value) if days_left(value, today) == 0 else day(value, today)
        return gettext("was due %(when)s") % {"when": when}
    return left(value, today) if days_left(value, today) > 0 else ""


def period(value: Period | str | None) -> str:
    """2026年1月1日至10月15日, 2026年三季度."""
    return value.label() if isinstance(value, Period) else NOTHING
