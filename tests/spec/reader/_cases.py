"""Reads the gold cases in tests/data/reader, which are written to be added to without Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).parents[2] / "data" / "reader"
ROLES = {"[plan]": "一、下一步工作打算", "[problem]": "一、存在的问题"}


@dataclass(frozen=True)
class Wanted:
    text: str
    value: str
    unit: str
    words: tuple[str, ...]
    marks: frozenset[str]


@dataclass
class Sentence:
    text: str
    heading: str = ""
    figures: list[Wanted] = field(default_factory=list)

    def report(self) -> str:
        return f"{self.heading}\n{self.text}\n" if self.heading else self.text


def lines_of(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def sentences(name: str) -> list[Sentence]:
    out: list[Sentence] = []
    for line in lines_of(name):
        if line.startswith("    "):
            out[-1].figures.append(_wanted(line))
        else:
            tag = line.split(" ")[0]
            heading = ROLES.get(tag, "")
            out.append(Sentence(line.removeprefix(tag + " ") if heading else line, heading))
    return out


def _wanted(line: str) -> Wanted:
    text, amount, words, *marks = (part.strip() for part in line.split("|"))
    value, unit = amount.split(" ")
    return Wanted(
        text, value, unit, tuple(words.split()), frozenset(marks[0].split() if marks else ())
    )
