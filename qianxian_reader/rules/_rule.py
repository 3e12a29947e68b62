"""A rule: its code, its kind, how much it matters, and the function that looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qianxian_figures import Span
from qianxian_reader._document import Code, Finding, Severity
from qianxian_reader._reading import Reading

_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Case:
    """One place where a rule is broken."""

    spans: tuple[Span, ...]
    message: str
    quote: str = ""
    correction: str | None = None
    severity: Severity | None = None  # where this case matters less than the rule


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` is what a list of rules shows; docs/rules/<code>.md explains it with examples."""

    code: str
    kind: Code
    severity: Severity
    title: str
    look: Callable[[Reading], Iterable[Case]]

    def findings(self, reading: Reading) -> Iterable[Finding]:
        for case in self.look(reading):
            yield Finding(
                code=self.kind,
                rule=self.code,
                severity=case.severity or self.severity,
                lines=tuple(sorted({span.line for span in case.spans})),
                quote=case.quote or _shown(case.spans),
                message=case.message,
                correction=case.correction,
                spans=case.spans,
            )


def _shown(spans: Sequence[Span]) -> str:
    return spans[0].text[:_QUOTE] if spans else ""
