"""A pattern that is told where it can begin finds what it finds without being told."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import qianxian_reader
from qianxian_reader._scan import Scan

ROOT = Path(__file__).parents[3]
# Where a scan goes wrong if it does: matches side by side, inside runs of digits, at both ends.
EDGES = (
    "3—5万元，-2.5%，GDP12亿元，1亿2000万元，12345 6789 0123 4567，13800001111，2024年02月3日13月40日\n"
    "a  b c，，；。。第三位，前10名，1/3，一是二是十一是，20xx年0000年（  ）个???**村[12][ 3 ]\n"
    "截至2024年3月底“十四五”期间第三季度锟斤拷锟发(fā)布，3、19亿元：45%，投入  万元收入万元，由-3℃到-5℃"
)


def _scans() -> Iterator[tuple[str, Scan]]:
    for module in pkgutil.walk_packages(qianxian_reader.__path__, "qianxian_reader."):
        if module.name.endswith("__main__"):
            continue
        for name, one in vars(importlib.import_module(module.name)).items():
            if isinstance(one, Scan):
                yield f"{module.name}.{name}", one


def _texts() -> Iterator[str]:
    yield EDGES
    for path in (*ROOT.glob("tests/data/reader/*.txt"), *ROOT.glob("docs/rules/*.md")):
        yield path.read_text(encoding="utf-8")


@pytest.mark.parametrize("scan", [pytest.param(one, id=name) for name, one in _scans()])
def test_finds_what_its_pattern_finds_everywhere(scan: Scan) -> None:
    for text in _texts():
        expected = [found.span() for found in scan.pattern.finditer(text)]
        assert [found.span() for found in scan.finditer(text)] == expected
