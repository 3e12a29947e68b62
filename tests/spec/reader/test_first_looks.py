"""A first look spares a pattern only where it cannot match: each word of its list passes the look."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import Any

import pytest

from qianxian_reader import _fit, _qualities, _status, _when

_parser: Any = importlib.import_module("re._parser")

HOLDS = {
    "expected": (_status._EXPECTED, _status._OF_EXPECTED.pattern),
    "already": (_status._SO_ALREADY, _status._OF_ALREADY.pattern),
    "planned": (_status._PLANNED, _status._OF_PLANNED.pattern),
    "can be": (_status._CAN_BE, "可"),
    "after building": (_status._AFTER_BUILDING, "后"),
    "change": (_qualities._CHANGE_BEFORE, _qualities._OF_CHANGE.pattern),
    "compared": (_qualities._COMPARED, "较比"),
    "time": (_when._TIME, "年月五"),
}
ENDS = {
    "under": (_qualities._UNDER_BEFORE, _qualities._LAST),
    "over": (_qualities._OVER_BEFORE, _qualities._LAST),
    "leads up": (_fit._LEADS_UP, _fit._LED_UP),
    "joint": (_fit._JOINT_END, _fit._JOINTS),
}


def holds(items: Iterable[Any], signs: set[str]) -> bool:
    """Whether whatever this part of a pattern matches has one of the signs."""
    return any(_holds(str(kind), of, signs) for kind, of in items)


def _holds(kind: str, of: Any, signs: set[str]) -> bool:
    match kind:
        case "LITERAL":
            return chr(of) in signs
        case "IN":
            return all(str(each) == "LITERAL" and chr(sign) in signs for each, sign in of)
        case "BRANCH":
            return all(holds(branch, signs) for branch in of[1])
        case "SUBPATTERN":
            return holds(of[3], signs)
        case "MAX_REPEAT":
            return of[0] > 0 and holds(of[2], signs)
    return False


def ends(items: Iterable[Any], signs: set[str]) -> bool:
    """Whether whatever this part of a pattern matches ends in one of the signs."""
    for kind, of in reversed([item for item in items if not str(item[0]).startswith("A")]):
        match str(kind):
            case "MAX_REPEAT" if of[0] == 0:
                if not ends(of[2], signs):
                    return False
            case "MAX_REPEAT":
                return ends(of[2], signs)
            case "BRANCH":
                return all(ends(branch, signs) for branch in of[1])
            case "SUBPATTERN":
                return ends(of[3], signs)
            case other:
                return _holds(other, of, signs)
    return False


@pytest.mark.parametrize(("pattern", "signs"), HOLDS.values(), ids=HOLDS)
def test_no_match_is_without_the_sign_that_is_looked_for(
    pattern: re.Pattern[str], signs: str
) -> None:
    assert holds(_parser.parse(pattern.pattern), set(signs.strip("[]")))


@pytest.mark.parametrize(("pattern", "signs"), ENDS.values(), ids=ENDS)
def test_no_match_ends_in_another_sign(pattern: re.Pattern[str], signs: frozenset[str]) -> None:
    assert ends(_parser.parse(pattern.pattern), set(signs))


def test_a_list_with_a_word_that_the_look_would_hide_is_noticed() -> None:
    assert not holds(_parser.parse("预计|打算"), {"预"})
    assert not ends(_parser.parse("(?:不足|不到)了?$"), {"足", "到"})
