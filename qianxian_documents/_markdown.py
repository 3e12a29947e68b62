"""The tiny subset of Markdown that paragraph templates are written in, read into blocks.

    # 人居环境                     a heading; # to #### for levels 1 to 4
    全年改厕{{ toilets_renovated }}， a paragraph: lines that touch are one, a blank line ends it
    完成年度任务。

    | 村 | 户数 |                  a table: header, rule, rows
    |----|------|
    | 石桥村 | {{ shiqiao }} |

    \\# \\| \\{{ \\\\                  the sign itself

Nothing else has a meaning: `*`, `_`, `<` and `&` are plain characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from qianxian_documents._errors import BadTemplate
from qianxian_documents._text import Block, Cell, Heading, Paragraph, Run, Table, plain

_HEADING = re.compile(r"#{1,4} +\S")
_RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")
_CELL_END = re.compile(r"(?<!\\)\|")
_LATIN_END = re.compile(r"[!-~]{2}")
_SPECIAL = re.compile(r"\\(?P<sign>[#|\\]|\{\{)|\{\{\s*(?P<slot>[^{}\s][^{}]*?)\s*\}\}|\{\{")

Fill = Callable[[str], Run]


def parse_blocks(text: str, fill: Fill) -> tuple[Block, ...]:
    """Read a template; every `{{ slot }}` becomes the run that `fill` returns for its name.

    What `fill` returns is never read again, so a value cannot smuggle in a slot or a heading.
    Raises BadTemplate with the line.
    """
    lines = [_Source(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    out: list[Block] = []
    for kind, group in groupby(lines, key=_Source.kind):
        if kind == "heading":
            out += [_heading(line, fill) for line in group]
        elif kind == "table":
            out.append(_table(list(group), fill))
        elif kind == "paragraph":
            out.append(_paragraph(list(group), fill))
    return tuple(out)


def slots(text: str) -> tuple[str, ...]:
    """The names of the slots of a template, each once, in order. Raises BadTemplate."""
    names: dict[str, None] = {}

    def note(name: str) -> Run:
        names[name] = None
        return Run("")

    parse_blocks(text, note)
    return tuple(names)


@dataclass(frozen=True, slots=True)
class _Source:
    number: int
    text: str

    def kind(self) -> str:
        if not self.text:
            return "blank"
        if _HEADING.match(self.text):
            return "heading"
        return "table" if self.text.startswith("|") else "paragraph"


def _heading(line: _Source, fill: Fill) -> Heading:
    marks, _, _ = line.text.partition(" ")
    words = line.text[len(marks) :].strip()
    return Heading(len(marks), _runs(line.number, words, fill))


def _paragraph(lines: list[_Source], fill: Fill) -> Paragraph:
    out: tuple[Run, ...] = ()
    for line in lines:
        runs = _runs(line.number, line.text, fill)
        # Chinese has no spaces between words, so only two Latin ends need one.
        is_latin = _LATIN_END.fullmatch(plain(out)[-1:] + plain(runs)[:1])
        out = _merged((*out, *((Run(" "),) if is_latin else ()), *runs))
    return Paragraph(out)


def _table(lines: list[_Source], fill: Fill) -> Table:
    first = lines[0]
    if len(lines) < 2 or not _RULE.fullmatch(lines[1].text):
        raise BadTemplate(first.number, "表格的第二行要是 |---|---| 这样的分隔线。")
    header = _cells(first, fill)
    if any(run.figure for cell in header for run in cell):
        raise BadTemplate(first.number, "表头里不能放数字。")
    rows = [_cells(line, fill) for line in lines[2:]]
    for line, row in zip(lines[2:], rows, strict=True):
        if len(row) != len(header):
            raise BadTemplate(line.number, f"这一行有{len(row)}格，表头有{len(header)}格。")
    return Table(tuple(map(plain, header)), tuple(rows))


def _cells(line: _Source, fill: Fill) -> tuple[Cell, ...]:
    if len(line.text) < 2 or not _CELL_END.search(line.text[-2:]):
        raise BadTemplate(line.number, "表格的每一行要用 | 结尾。")
    cells = _CELL_END.split(line.text)[1:-1]
    return tuple(_runs(line.number, cell.strip(), fill) for cell in cells)


def _runs(number: int, text: str, fill: Fill) -> tuple[Run, ...]:
    return _merged(_pieces(number, text, fill))


def _pieces(number: int, text: str, fill: Fill) -> Iterator[Run]:
    end = 0
    for found in _SPECIAL.finditer(text):
        yield Run(text[end : found.start()])
        end = found.end()
        if found["sign"]:
            yield Run(found["sign"])
        elif found["slot"]:
            yield fill(found["slot"])
        else:
            raise BadTemplate(number, f"{{{{ 没有写完：{text[found.start() :][:20]}")
    yield Run(text[end:])


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours without a figure as one run, and no empty ones."""
    out: list[Run] = []
    for run in runs:
        if out and run.figure is None and out[-1].figure is None:
            out[-1] = Run(out[-1].text + run.text)
        elif run.text or run.figure:
            out.append(run)
    return tuple(out)
