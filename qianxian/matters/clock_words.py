"""How a time limit was computed, in words that can be checked with a calendar on the wall. Pure."""

from __future__ import annotations

from datetime import date, datetime

from qianxian.matters.clocks import Due, Run

_UNITS = {"natural": "个自然日", "working": "个工作日", "hours": "小时"}


def day(value: date, beside: date) -> str:
    """10月16日, with its year where it is not the year of the day beside it."""
    told = f"{value.month}月{value.day}日"
    return told if value.year == beside.year else f"{value.year}年{told}"


def moment(value: datetime, beside: date) -> str:
    return f"{day(value.date(), beside)} {value:%H:%M}"


def limit(run: Run) -> str:
    """15 个自然日, or until which day, with what was granted on top."""
    if run.clock.until:
        told = f"到 {day(run.until, run.started)}为止" if run.until else "还没写到哪一天"
        return f"{told}，延 {run.granted} 天" if run.granted else told
    told = f"{run.limit} {_UNITS[run.clock.kind]}"
    extra = run.limit - (run.clock.days or 0)
    return f"{told}（原 {run.clock.days}，延 {extra}）" if extra else told


def how(run: Run, field: str = "") -> str:
    """How the last day was found. `field` is what the entry calls it, where a field names it."""
    start = run.started
    cause = f"“{run.because}”" if run.because else ""
    if run.clock.until:
        return "；".join([_until(run, field, cause), *_grants(run)])
    if run.clock.kind == "hours":
        return f"{moment(start, start.date())} {cause}起，数 {limit(run)}"
    told = f"{day(start.date(), start.date())} {cause}，从第二天起数 {limit(run)}"
    return "；".join([told, *_grants(run)])


def _until(run: Run, field: str, cause: str) -> str:
    began = f"{day(run.started.date(), run.started.date())} {cause}起"
    if run.until is None:
        return f"{began}，“{field}”还没填，填了才知道到哪天"
    return f"{began}，最后一天是“{field}”写的 {day(run.until, run.started)}"


def _grants(run: Run) -> list[str]:
    return [
        f"{day(grant.at.date(), run.started.date())} {grant.by}批准延 {grant.days} 天"
        for grant in run.extensions
    ]


def holidays(run: Run, due: Due | None) -> str:
    """What holidays do to this date; says plainly where they are not announced yet."""
    told = _about_days_off(run, due)
    if due and due.unannounced:
        years = "、".join(f"{year}年" for year in due.unannounced)
        told += f"。{years}放假安排未公布，先按双休日算，公布后会重算"
    return told


def _about_days_off(run: Run, due: Due | None) -> str:
    if run.clock.kind == "hours":
        return "按小时数，放假也算"
    if run.clock.until and not run.clock.roll:
        return "写的是哪天就是哪天，遇放假不顺延"
    if run.clock.kind == "working":
        return "双休日和国务院放假不算，调休上班算"
    if not run.clock.roll:
        return "放假也算，最后一天遇放假不顺延"
    if due is None:
        return "放假也算，最后一天遇放假才往后顺延"
    if due.has_rolled:
        return f"最后一天 {day(due.counted, run.started)}放假，顺延到 {day(due.day, run.started)}"
    return "放假也算，最后一天遇放假才往后顺延；这次是工作日，不顺延"


def pauses(run: Run) -> str:
    spans = []
    for pause in run.pauses:
        since = day(pause.since.date(), run.started)
        until = f"，{day(pause.until.date(), run.started)}接着算" if pause.until else "，还停着"
        spans.append(f"{since}起停{until}")
    return "；".join(spans) or "没有"
