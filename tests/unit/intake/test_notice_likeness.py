"""The same notice again is recognised; another one is not."""

from __future__ import annotations

from datetime import date, datetime

from qianxian.intake.notice.likeness import twin_of
from tests.unit.intake.notice_office import VALUES, Desk, desk, saved

__all__ = ["desk"]
ON = date(2026, 11, 18)


def test_by_its_number_whatever_the_brackets(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=0)
    twin = twin_of("别的话", "云水发[2026]12号", desk.clerk, ON)
    assert twin is not None
    assert (twin.entry, twin.by_number) == (notice, True)
    assert twin_of("别的话", "云水发〔2026〕112号", desk.clerk, ON) is None


def test_by_nearly_the_same_words(desk: Desk, now: datetime) -> None:
    notice = saved(desk, now, villages=0, number="")
    again = VALUES["original"].replace("，附", ", 附") + " 收到"
    twin = twin_of(again, "", desk.clerk, ON)
    assert twin is not None
    assert (twin.entry, twin.by_number) == (notice, False)
    other = "各乡镇：请于12月3日前报送森林防火值班表，附联系电话。云溪县林业局"
    assert twin_of(other, "", desk.clerk, ON) is None


def test_nothing_is_told_of_what_the_reader_may_not_see(desk: Desk, now: datetime) -> None:
    saved(desk, now, villages=0)
    assert twin_of(VALUES["original"], VALUES["number"], desk.village_clerks[0], ON) is None
