"""The notices that were written before the reader: what must be read out of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.spec.reader.notice.scoring import cases, deadline_text, rates, read

DEV = Path(__file__).parents[3] / "data" / "intake" / "notices_dev.yaml"
CASES = cases(DEV)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_issuer_number_and_deadline(case: dict[str, Any]) -> None:
    found = read(case)
    issuer = found.issuer.value if found.issuer else None
    number = found.number.value if found.number else None
    assert (issuer, number, deadline_text(found)) == (
        case["issuer"],
        case["number"],
        case["deadline"],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_value_shows_the_words_that_it_came_from(case: dict[str, Any]) -> None:
    found = read(case)
    assert len(found.text) == len(case["text"])
    if found.number:
        assert found.number.spans[0].of(found.text) == found.number.value
    if found.issuer:
        assert "、".join(s.of(found.text) for s in found.issuer.spans) == found.issuer.value
    for ask in found.asks:
        assert ask.spans[0].of(found.text) == ask.value
    for day in found.days:
        assert day.sentence.start <= day.span.start < day.span.end


def test_rates_stay() -> None:
    found = rates(DEV)
    floors = {"title": 0.95, "asks_found": 0.95, "asks_only": 0.85, "nothing_asked": 1.0}
    assert {name: found[name] >= floor for name, floor in floors.items()} == dict.fromkeys(
        floors, True
    )
