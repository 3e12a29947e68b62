"""Ways of naming a day, an office and a duty, one row each: text → issuer, number, deadline."""

from __future__ import annotations

from datetime import date, datetime
from time import perf_counter

import pytest

from qianxian_reader.notice import NoticeRead, Role, read_notice, text_of_file
from tests.spec.reader.notice.scoring import deadline_text, working_day_after

# A Wednesday.
RECEIVED = datetime(2026, 11, 18, 9, 0)  # noqa: DTZ001  # the office's own time

ROWS: list[tuple[str, str | None, str | None]] = [
    ("@所有人 各村今天下班前把低保复核表发我邮箱，纸质版周五交。", None, "2026-11-18"),
    (
        "党政办 李红\n2026/11/18 8:55:03\n各位书记：明早8:30在镇三楼会议室开会，请准时参加。",
        "党政办",
        "2026-11-19T08:30",
    ),
    (
        "各村：根据县残联要求，本月25号前完成残疾人补贴复核，复核表交民政办。",
        "县残联",
        "2026-11-25",
    ),
    (
        "各村：自收到通知之日起5个工作日内，将申报材料报镇农业农村办。松坪镇农业农村办公室 2026年11月18日",
        "松坪镇农业农村办公室",
        "2026-11-25",
    ),
    (
        "大家注意：截至11月17日，还有3个村没报进度，请抓紧在明天中午前补报。",
        None,
        "2026-11-19",
    ),
    (
        "转发县委组织部通知：请各乡镇党委于12月5日前将开展情况报组织股。",
        "县委组织部",
        "2026-12-05",
    ),
    ("即日起至月底，各村集中开展卫生运动，每周三下午义务劳动。爱卫办", "爱卫办", "2026-11-30"),
    ("县里下周二要来督查禁烧。请各村11.23前自查一遍。", None, "2026-11-23"),
    (
        "请县直各单位11月20日前、各乡镇11月27日前将移交情况报县档案馆。\n岚水县档案馆\n2026年11月15日",
        "岚水县档案馆",
        "2026-11-27",
    ),
    ("各村网格员：本周内完成出租房屋登记，下周一上午10点前报数字。", None, "2026-11-20"),
    (
        "紧急通知：今晚有大风，请各村晚上8点前在群里回复检查情况。——镇应急办",
        "镇应急办",
        "2026-11-18T20:00",
    ),
    (
        "各村会计，年报表12月3日（星期四）之前报，初稿本月28日前先发我看。农经站小周",
        "农经站",
        "2026-11-28",
    ),
    ("收到请回复：培训改到后天上午9点，各村信息员务必参加。", None, "2026-11-20T09:00"),
    ("农技站：油菜苗情今天16时前报我。", "农技站", "2026-11-18T16:00"),
    ("【岚水县气象局】预计20日至22日有雨雪，请各乡镇做好防范。", "岚水县气象局", None),
    ("@所有人 昨天的会议纪要发群里了，没有异议就不用回。", None, None),
    ("请各村每月5日前报上月安全检查情况。", None, "2026-12-05"),
    ("请各村于十二月三日前报名。", None, "2026-12-03"),
    ("请各村在1月10日前报上年度决算。", None, "2027-01-10"),
    (
        "各村：接镇党委通知，明天上午把档案整理好，下午3点前送到组织办。",
        "镇党委",
        "2026-11-19T15:00",
    ),
    ("各村注意！年审材料原定20日交，现提前到19日下午4点前，交民政所。", None, "2026-11-19T16:00"),
    ("县农业农村局小王说图斑要在20号晚上12点之前举证完。", "县农业农村局", "2026-11-20T23:59"),
    ("各村：附件是调查表，填好发我，最晚礼拜五。统计站", "统计站", "2026-11-20"),
    ("刚接县应急局电话，各村24小时值班，每天17:00前零报告。", "县应急局", "2026-11-18T17:00"),
    ("收到县纪委监委函，要求我镇在接函后3日内报送执行情况。", "县纪委监委", "2026-11-21"),
    ("温馨提示：明日起气温骤降，请大家注意保暖。", None, None),
]


def _read(text: str) -> NoticeRead:
    return read_notice(text, received=RECEIVED, working_day_after=working_day_after)


@pytest.mark.parametrize(("text", "issuer", "deadline"), ROWS)
def test_issuer_and_deadline(text: str, issuer: str | None, deadline: str | None) -> None:
    found = _read(text)
    assert (found.issuer.value if found.issuer else None, deadline_text(found)) == (
        issuer,
        deadline,
    )


def test_two_issuers_are_joined_and_the_addressee_is_none_of_them() -> None:
    found = _read(
        "岚水县民政局　岚水县财政局\n关于开展自查的通知\n岚民〔2026〕12号\n松坪镇人民政府：\n"
        "请于11月底前完成自查。\n岚水县民政局　岚水县财政局\n2026年11月16日"
    )
    assert found.issuer is not None and found.issuer.value == "岚水县民政局、岚水县财政局"
    assert found.number is not None and found.number.value == "岚民〔2026〕12号"
    assert found.addressee is not None and found.addressee.value == "松坪镇人民政府"
    assert found.issued_on == date(2026, 11, 16)


def test_working_days_come_from_the_calendar_that_was_handed_in() -> None:
    found = read_notice(
        "请收到后三个工作日内报名单。",
        received=RECEIVED,
        working_day_after=lambda day, count: date(2026, 12, 24),
    )
    assert found.deadline is not None and found.deadline.on == date(2026, 12, 24)


def test_an_earlier_day_for_the_villages_is_told_apart() -> None:
    found = _read(
        "转发：\n【岚水县应急管理局】各乡镇：请于11月23日中午12点前上报问题清单。\n"
        "@所有人 请各村11月22日前报给安全专干。"
    )
    assert deadline_text(found) == "2026-11-23T12:00"
    assert found.for_villages is not None and found.for_villages.on == date(2026, 11, 22)
    assert found.passed_on and found.to_villages


def test_a_line_to_the_group_below_a_message_is_of_whoever_passed_it_on() -> None:
    found = _read(
        "各乡镇：请于12月4日下午5点前报统计表。县水利局\n@所有人 各村12月3日上午10点前报给我"
    )
    assert deadline_text(found) == "2026-12-04T17:00"
    assert found.for_villages is not None and found.for_villages.on == date(2026, 12, 3)
    assert [ask.value for ask in found.asks] == ["请于12月4日下午5点前报统计表"]


def test_a_long_text_is_read_in_moderate_time() -> None:
    started = perf_counter()
    _read("11月25日前报表，" * 2_000)
    assert perf_counter() - started < 20


def test_all_days_are_there_with_why_they_stand_in_the_text() -> None:
    found = _read("原定11月20日前报的名单，推迟到11月26日前报。11月30日县里来检查。")
    assert [day.role for day in found.days] == [Role.REPLACED, Role.DUE, Role.THEIRS]


def test_what_is_to_be_sent_is_one_thing_asked_with_all_its_items() -> None:
    found = _read(
        "【通知】各村：请于12月4日（周五）下午5点前报送村庄清洁行动开展情况，包括：1.参加人数；2.清理垃圾吨数；"
        "3.存在的问题。县人居办 2026年11月30日"
    )
    assert [ask.value for ask in found.asks] == [
        "请于12月4日（周五）下午5点前报送村庄清洁行动开展情况，包括：1.参加人数；2.清理垃圾吨数；3.存在的问题"
    ]
    assert found.title is not None and found.title.value == "报送村庄清洁行动开展情况"


def test_points_of_a_notice_stay_apart() -> None:
    found = _read("有关事项通知如下：\n1.开展全面排查。\n2、11月25日前报送排查表。")
    assert len(found.asks) == 2


def test_attachments_of_a_list_and_of_a_sentence() -> None:
    found = _read(
        "请填写摸底表（附件1），11月25日前报。\n附件：1.用户摸底表\n2.用气情况表\n镇安全办\n2026年11月18日"
    )
    assert [one.value for one in found.attachments] == ["用户摸底表", "用气情况表"]


@pytest.mark.parametrize("text", ["", " \n ", "。", "〔〕号", "1.2.3", "13月45日前报", "@所有人"])
def test_nothing_breaks_it(text: str) -> None:
    assert _read(text).deadline is None


def test_a_file_is_read_like_a_message() -> None:
    assert text_of_file("各村：明天前报。".encode(), "通知.txt") == "各村：明天前报。"


def test_a_day_at_the_beginning_of_a_line_begins_there() -> None:
    found = read_notice(
        "各村报送时间：11月\n4日、\n25日前各报一次。",
        received=RECEIVED,
        working_day_after=working_day_after,
    )
    assert found.days
    assert all(day.span.of(found.text).strip() == day.span.of(found.text) for day in found.days)
