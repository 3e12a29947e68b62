"""What the rules on sums, rates and growth share: how exact a figure is, and figures side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from qianxian_figures import Bound, Kind
from qianxian_reader._found import Found
from qianxian_reader._reading import Reading


def precision(one: Found) -> Decimal:
    """Half a unit of the last digit written: 1.85万 may be anything from 1.845 to 1.855万."""
    text = one.figure.span.text.replace(",", "")
    found = re.search(r"\d+(?:\.(\d+))?", text)
    if not found:
        return Decimal(0)
    written = Decimal(found[0])
    factor = abs(one.figure.value / written) if written else Decimal(1)
    return factor * Decimal(10) ** -len(found[1] or "") / 2


def slack(items: Sequence[Found]) -> Decimal:
    """How far a sum may be off: decimals were rounded one by one, whole numbers rarely."""
    precisions = [precision(one) for one in items]
    are_rounded = any("." in one.figure.span.text for one in items)
    return sum(precisions, Decimal(0)) if are_rounded else max(precisions, default=Decimal(0))


def is_exact(one: Found) -> bool:
    return one.figure.figure.bound is Bound.EXACT and one.figure.figure.high is None


def is_level(one: Found) -> bool:
    return one.figure.figure.kind is Kind.LEVEL


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def shown(value: Decimal, places: str = "0.1") -> str:
    """A computed value as a sentence shows it."""
    return plain(value.quantize(Decimal(places)))


def sentences(reading: Reading) -> Iterator[list[Found]]:
    """The figures of each sentence, a paragraph at a time: a long report has many."""
    for _, paragraph in groupby(reading.found, attrgetter("paragraph")):
        groups: dict[int, list[Found]] = defaultdict(list)
        for one in paragraph:
            groups[one.sentence].append(one)
        yield from groups.values()


def between(reading: Reading, one: Found, other: Found) -> str:
    """The words between two figures of a paragraph."""
    return reading.paragraphs[one.paragraph].text[one.end : other.start]


def leading(reading: Reading, one: Found, length: int) -> str:
    """The last characters before a figure."""
    text = reading.paragraphs[one.paragraph].text
    return text[max(0, one.start - length) : one.start]


def total(items: Iterable[Found]) -> Decimal:
    return sum((one.figure.value for one in items), Decimal(0))
