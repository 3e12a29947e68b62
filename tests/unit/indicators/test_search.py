"""Finding an indicator by what people call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qianxian.indicators.search import found
from qianxian_packs import load

PACKS = Path(__file__).parents[3] / "packs"
INDICATORS = list(load([PACKS]).indicators.values())


def ids(question: str) -> list[str]:
    return [indicator.id for indicator in found(question, INDICATORS)]


def test_a_name_or_a_synonym_finds_one_alone() -> None:
    assert ids("改厕") == ["toilets_renovated"]
    assert ids("改厕受益户和人口") == ["toilet_beneficiaries"]


def test_part_of_a_name_shows_all_that_it_may_mean() -> None:
    assert set(ids("户厕改造完")) == {"toilets_completed"}
    assert len(ids("厕")) >= 5


def test_initials_of_the_pinyin_find_it() -> None:
    assert "toilets_renovated" in ids("gc")
    assert ids("dsc") == ["cleanup_activities"]


@pytest.mark.parametrize("question", ["", "   ", "早稻", "<script>", "%"])
def test_what_nothing_is_called_finds_nothing(question: str) -> None:
    assert ids(question) == []
