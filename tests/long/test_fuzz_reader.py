"""Reports damaged at random: the reader never crashes, never hangs, and its places always hold.

QIANXIAN_FUZZ_SECONDS says how long; a case that fails is made again from its number:
`python -m tests.long.test_fuzz_reader NUMBER`.
"""

from __future__ import annotations

import os
import random
import sys
import time

import pytest

from qianxian_reader import Document, ReaderError, read
from tests.long.limits import LIMIT, Hangs, limited, needs_timers
from tests.long.reader_mutations import case, corpus

_SECONDS = "QIANXIAN_FUZZ_SECONDS"


def _check(number: int, texts: list[str]) -> None:
    data, name = case(number, texts)
    try:
        with limited():
            document = read(data, name)
    except ReaderError as error:
        assert name in error.sentence, number
        assert error.sentence.endswith("。"), number
        return
    except Hangs:
        pytest.fail(f"case {number} ({name}) took more than {LIMIT} s")
    except Exception as error:
        raise AssertionError(f"case {number} ({name}): {error!r}") from error
    _places_hold(document, number)


def _places_hold(document: Document, number: int) -> None:
    spans = [one.span for one in document.figures]
    for span in [*spans, *(span for finding in document.findings for span in finding.spans)]:
        assert document.lines[span.line - 1][span.start : span.end] == span.text, number
    assert all(span.text for span in spans), number
    places = [(span.line, span.start) for span in spans]
    assert places == sorted(places), number
    assert len(document.repaired) == len(document.lines), number


def _run(seconds: float, first: int) -> int:
    texts, number, end = corpus(), first, time.monotonic() + seconds
    while time.monotonic() < end:
        _check(number, texts)
        number += 1
    return number - first


@pytest.mark.slow
@needs_timers
def test_damaged_reports_are_read_or_refused() -> None:
    """The same cases each time, as many as the time gives."""
    assert _run(float(os.environ.get(_SECONDS, "60")), first=0)


@pytest.mark.long
@needs_timers
def test_new_damaged_reports_are_read_or_refused() -> None:
    first = random.SystemRandom().randrange(1_000_000, 1_000_000_000)
    assert _run(float(os.environ.get(_SECONDS, "1200")), first)


if __name__ == "__main__":
    _check(int(sys.argv[1]), corpus())
