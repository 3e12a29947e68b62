"""Rates of the reader of notices over a file of cases. Prints rates only, never a line of the file:

python -m tests.spec.reader.notice.scoring tests/data/intake/notices_dev.yaml
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from qianxian_reader.notice import NoticeRead, read_notice

# So much of the characters, in pairs, is enough of the same words.
_ENOUGH = 0.6


def working_day_after(day: date, count: int) -> date:
    """Monday to Friday, as the cases were written."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def cases(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def read(case: Mapping[str, Any]) -> NoticeRead:
    received = datetime.fromisoformat(case["received"])
    return read_notice(case["text"], received=received, working_day_after=working_day_after)


def deadline_text(found: NoticeRead) -> str | None:
    day = found.deadline
    if day is None:
        return None
    return f"{day.on}T{day.hour:%H:%M}" if day.hour else f"{day.on}"


def marks(case: Mapping[str, Any]) -> dict[str, bool]:
    """What is right about one case."""
    found = read(case)
    shown = [ask.value for ask in found.asks]
    return {
        "issuer": _value(found.issuer) == case["issuer"],
        "number": _value(found.number) == case["number"],
        "deadline": deadline_text(found) == case["deadline"],
        "title": _title_right(case, _value(found.title) or ""),
        "asks_found": all(_covered(ask, shown) for ask in case["asks"]),
        "asks_only": all(_covered(ask, case["asks"], enough=0.3) for ask in shown),
        "nothing_asked": bool(case["asks"]) == bool(shown),
    }


def _value(found: Any) -> str | None:
    return found.value if found else None


def _title_right(case: Mapping[str, Any], title: str) -> bool:
    if case.get("title_given"):
        return "".join(title.split()) == "".join(case["title"].split())
    return all(word in title for word in case["title_words"])


def _covered(words: str, among: Sequence[str], *, enough: float = _ENOUGH) -> bool:
    pairs = _pairs(words)
    return any(
        len(pairs & _pairs(other)) >= enough * len(pairs) for other in [*among, "".join(among)]
    )


def _pairs(words: str) -> set[str]:
    kept = "".join(c for c in words if c.isalnum())
    return {kept[n : n + 2] for n in range(len(kept) - 1)}


def rates(path: Path) -> dict[str, float]:
    all_marks = [marks(case) for case in cases(path)]
    return {name: sum(one[name] for one in all_marks) / len(all_marks) for name in all_marks[0]}


if __name__ == "__main__":
    for name, rate in rates(Path(sys.argv[1])).items():
        sys.stdout.write(f"{name:14} {rate:.0%}\n")
