"""Days as people say them, on a Friday."""

from __future__ import annotations

from datetime import date

import pytest

from qianxian_reader.jot._days import days

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("今天", "2026-11-20"),
        ("今儿个", "2026-11-20"),
        ("昨儿", "2026-11-19"),
        ("昨晚", "2026-11-19"),
        ("前天", "2026-11-18"),
        ("大前天", "2026-11-17"),
        ("上周五", "2026-11-13"),
        ("上个星期三", "2026-11-11"),
        ("周三", "2026-11-18"),
        ("这周一", "2026-11-16"),
        ("礼拜天", "2026-11-15"),
        ("10月12号", "2026-10-12"),
        ("十月十二号", "2026-10-12"),
        ("十八号", "2026-11-18"),
        ("28号办的", "2026-10-28"),
        ("上个月15号", "2026-10-15"),
        ("去年12月3日", "2025-12-03"),
        ("三天前", "2026-11-17"),
        ("11.6", "2026-11-06"),
        ("早上", "2026-11-20"),
    ],
)
def test_a_day_gone_by(said: str, on: str) -> None:
    assert [str(day.on) for day in days(said, TODAY)] == [on]


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("25号前改好", "2026-11-25"),
        ("5号前改好", "2026-12-05"),
        ("五天内搬走", "2026-11-25"),
        ("限12月1日整改", "2026-12-01"),
        ("月底前", "2026-11-30"),
    ],
)
def test_a_last_day(said: str, on: str) -> None:
    found = [day for day in days(said, TODAY) if day.role == "deadline"]
    assert [str(day.on) for day in found] == [on]


@pytest.mark.parametrize("said", ["初三", "农历十月初三", "十一月初三日"])
def test_a_lunar_day_is_asked_back(said: str) -> None:
    assert any(day.doubtful and day.on is None for day in days(said, TODAY))


@pytest.mark.parametrize("said", ["3组", "12号楼", "1.5方", "水位23.5米", "一天到晚", "周大山"])
def test_what_is_no_day(said: str) -> None:
    assert days(said, TODAY) == ()
