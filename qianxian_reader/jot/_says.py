"""The words that people use, read once from says.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("says.yaml")


@dataclass(frozen=True)
class Says:
    """says.yaml with each run of words as a tuple."""

    mood: Mapping[str, tuple[str, ...]]
    aspects: Mapping[str, tuple[str, ...]]
    ledgers: Mapping[str, Mapping[str, tuple[str, ...]]]
    steps: Mapping[str, Mapping[str, tuple[str, ...]]]
    choices: Mapping[str, Mapping[str, tuple[str, ...]]]
    booleans: Mapping[str, Mapping[str, tuple[str, ...]]]
    numbers: Mapping[str, Mapping[str, tuple[str, ...]]]
    texts: Mapping[str, Mapping[str, Any]]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
    kin: Mapping[str, tuple[str, str]]
    people: Mapping[str, tuple[str, ...]]
    filler: tuple[str, ...]


@cache
def says() -> Says:
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Says(
        mood=_listed(raw["mood"]),
        aspects=_listed(raw["aspects"]),
        ledgers={key: _listed(one) for key, one in raw["ledgers"].items()},
        steps={key: _listed(one) for key, one in raw["steps"].items()},
        choices={key: _listed(one) for key, one in raw["choices"].items()},
        booleans={key: _listed(one) for key, one in raw["booleans"].items()},
        numbers={key: _listed(one) for key, one in raw["numbers"].items()},
        texts=raw["texts"],
        kinds={key: _listed(one) for key, one in raw["kinds"].items()},
        kin={word: _kin(key) for key, line in raw["kin"].items() for word in line.split()},
        people=_listed(raw["people"]),
        filler=tuple(raw["filler"].split()),
    )


def _listed(group: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(key): _words(value) for key, value in group.items()}


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    return tuple(str(value).split())


def _kin(key: str) -> tuple[str, str]:
    relation, _, sex = key.partition(" ")
    return relation, sex
