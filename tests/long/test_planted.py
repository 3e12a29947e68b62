"""Faults put into clean reports are found again, and little else is raised in them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianxian_reader import Code, Document, Finding, read
from tests.long import planted_changes, planted_lines
from tests.long.planting import Page, Planter

_REPORTS = Path(__file__).parents[2] / ".." / "shared" / "reading" / "reports"
_SEEDS = (1, 2)
_EACH = 40  # plants of one kind with one seed
_LOCATED = 0.85
_CHARACTERS = 3000  # in which one alarm may be false

_NUMBERS = {Code.ARITHMETIC, Code.CONTRADICTION, Code.IMPOSSIBLE}
# Each kind of fault with what it may be called when it is found.
_KINDS: dict[Planter, set[Code]] = {
    planted_changes.part_sum: _NUMBERS,
    planted_changes.share_over: _NUMBERS,
    planted_changes.repeated: _NUMBERS,
    planted_changes.placeholder: {Code.PLACEHOLDER, Code.DAMAGED},
    planted_changes.unit_slip: {Code.UNIT},
    planted_changes.heading_gap: {Code.NUMBERING},
    planted_changes.shifted: {Code.DAMAGED},
    planted_lines.rate: _NUMBERS,
    planted_lines.product: _NUMBERS,
    planted_lines.growth: _NUMBERS,
    planted_lines.furniture: {Code.LEFTOVER},
    planted_lines.privacy: {Code.PRIVACY},
    planted_lines.stale: {Code.STALE},
}
# What is raised by judging the text; a hand that reads the reports finds most of it right, so
# that this bound on all of it is a safe one for what is not.
_JUDGED = _NUMBERS | {Code.UNIT, Code.PLACEHOLDER, Code.NUMBERING, Code.STALE}

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not _REPORTS.exists(), reason="no folder shared/reading/reports beside the checkout"
    ),
]


def _is_whole(text: str) -> bool:
    """A report of plain lines: in one that is markup or a single line nothing can be placed."""
    return not any(sign in text for sign in ("\\r\\n", "<span", "<td"))


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(_REPORTS.glob("*.txt"))}
    return [
        Page(name, text, read(text.encode(), name))
        for name, text in texts.items()
        if _is_whole(text)
    ]


def _raised(document: Document) -> Iterator[tuple[Finding, tuple[object, ...]]]:
    for one in document.findings:
        yield one, (one.rule, one.quote, one.lines)


def _missed(pages: list[Page], planter: Planter, seed: int) -> tuple[int, list[str]]:
    """How many faults of a kind were planted, and which of them were not found."""
    rng = random.Random(f"{planter.__name__} {seed}")  # noqa: S311 chance, not secrecy
    planted = [(page, one) for page in pages for one in planter(page, rng)]
    rng.shuffle(planted)
    missed = []
    for page, one in planted[:_EACH]:
        before = {key for _, key in _raised(page.document)}
        found = [
            finding
            for finding, key in _raised(read(one.text.encode(), page.name))
            if key not in before and finding.code in _KINDS[planter]
        ]
        if not any(one.lines & set(finding.lines) for finding in found):
            missed.append(f"{planter.__name__}: {page.name}: {one.fault}")
    return len(planted[:_EACH]), missed


@pytest.mark.parametrize("seed", _SEEDS)
def test_planted_faults_are_located(pages: list[Page], seed: int) -> None:
    count = 0
    missed: list[str] = []
    for planter in _KINDS:
        planted, lost = _missed(pages, planter, seed)
        count, missed = count + planted, missed + lost

    located = 1 - len(missed) / count
    assert located >= _LOCATED, "\n".join([f"{located:.3f} of {count}", *missed])


def test_little_is_raised_in_reports_as_they_are(pages: list[Page]) -> None:
    characters = sum(len(page.text) for page in pages)
    raised = Counter(
        finding.rule
        for page in pages
        for finding in page.document.findings
        if finding.code in _JUDGED
    )

    assert raised.total() <= characters / _CHARACTERS, raised
