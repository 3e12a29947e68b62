"""Papers that steps make: numbers without gaps or repeats, and what is void."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from qianxian.core.errors import UserError
from qianxian.core.models import Place, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import papers, passing, reopening
from qianxian.matters.acts import acts_of
from qianxian.matters.models import Paper, PaperCount
from qianxian.matters.register import register_of
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)


def answered(hotline: Hotline, at: datetime, about: str = "村口路面塌陷") -> Entry:
    call = hotline.record(about)
    hotline.take(call, "dispatch", hotline.clerk, at)
    passing.take_over(entry=call, by=hotline.road, at=at, version=call.version)
    hotline.take(call, "finish", hotline.road, at)
    return call


def numbers() -> list[str]:
    return [paper.number for paper in Paper.objects.order_by("serial")]


def test_a_step_makes_a_paper_with_what_it_says_and_the_next_number(
    hotline: Hotline, start: datetime
) -> None:
    call = answered(hotline, start)
    answered(hotline, start, "桥栏杆断了")

    assert numbers() == ["青政复〔2026〕1号", "青政复〔2026〕2号"]
    paper = Paper.objects.get(entry=call)
    told = acts_of(call)[-1].act["document"]
    assert (told["number"], told["digest"]) == (paper.number, paper.digest)
    with zipfile.ZipFile(io.BytesIO(papers.path_of(paper.digest).read_bytes())) as package:
        text = package.read("word/document.xml").decode()
    for words in ("村口路面塌陷", "2026年11月3日", "已修好", "清水村", "青禾镇人民政府", "＿＿"):
        assert words in text


def test_a_step_that_fails_takes_no_number(hotline: Hotline, start: datetime) -> None:
    call = hotline.record()
    hotline.take(call, "dispatch", hotline.clerk, start)

    with pytest.raises(InvalidEntry):
        hotline.take(call, "finish", hotline.road, start, values={})
    hotline.take(call, "finish", hotline.road, start)

    assert numbers() == ["青政复〔2026〕1号"]
    assert PaperCount.objects.get().last == 1


def test_a_number_of_a_step_that_was_taken_back_is_void_and_not_given_again(
    hotline: Hotline, start: datetime
) -> None:
    call = answered(hotline, start)
    first = Paper.objects.get()

    commit = reopening.take_back(entry=call, number=first.commit_number, by=hotline.road, at=start)
    hotline.take(call, "finish", hotline.road, start)

    second = Paper.objects.get(serial=2)
    on = timezone.localdate(start)
    lines = register_of(hotline.clerk, on, {}).lines
    assert [(line.paper.serial, line.is_void) for line in lines] == [(2, False), (1, True)]
    assert papers.taken_back([first, second]) == {first.pk}
    assert commit.undoes == first.commit_number


def test_a_cancelled_paper_keeps_its_line_with_the_reason(
    hotline: Hotline, start: datetime
) -> None:
    answered(hotline, start)
    paper = Paper.objects.get()

    with pytest.raises(InvalidEntry, match="为什么作废"):
        papers.void(paper=paper, by=hotline.clerk, at=start, reason="")
    papers.void(paper=paper, by=hotline.clerk, at=start + DAY, reason="写错了人名")
    with pytest.raises(UserError, match="已经作废"):
        papers.void(paper=paper, by=hotline.clerk, at=start + DAY, reason="再来一次")
    answered(hotline, start, "桥栏杆断了")

    lines = register_of(hotline.clerk, timezone.localdate(start), {}).lines
    assert [(x.paper.serial, x.is_void, x.why_void) for x in lines] == [
        (2, False, ""),
        (1, True, "写错了人名"),
    ]


def test_who_does_not_see_the_matter_is_not_told_why_its_paper_is_void(
    hotline: Hotline, start: datetime, make_user: Callable[..., User], other_village: Place
) -> None:
    answered(hotline, start)
    papers.void(paper=Paper.objects.get(), by=hotline.clerk, at=start, reason="写错了人名")
    reader = make_user("石干事", role="village_clerk", place=other_village, username="shi")

    (line,) = register_of(reader, timezone.localdate(start), {}).lines

    assert (line.is_seen, line.is_void, line.why_void, line.may_void) == (False, True, "", False)


def test_each_year_begins_with_one_and_who_sees_no_matter_sees_its_number_only(
    hotline: Hotline, start: datetime, village_clerk: User
) -> None:
    answered(hotline, start)
    answered(hotline, start + 60 * DAY, "桥栏杆断了")

    assert [(p.year, p.serial) for p in Paper.objects.order_by("year")] == [(2026, 1), (2027, 1)]
    on = timezone.localdate(start)
    found = register_of(village_clerk, on, {"year": "2026", "code": "没有"})
    assert (found.years, found.year, found.code) == ((2027, 2026), 2026, "青政复")
    assert found.lines[0].is_seen and not found.lines[0].may_void
    assert register_of(village_clerk, on, {"year": "②"}).year == 2027
