"""Where a span of the source stands in the repaired text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from qianxian_figures import Span
from qianxian_reader._document import Document
from qianxian_reader._repair import repair


def repaired_spans(document: Document, spans: Iterable[Span]) -> list[Span | None]:
    """Each span of `document.lines` as a span of `document.repaired`, in the order given.

    None stands for a span of which the repair left nothing. Repairs are made once for all spans,
    and not at all for a text that needed none.
    """
    if document.repaired == document.lines:
        return list(spans)
    mapped = repair("\n".join(document.lines)).mapped
    starts = list(accumulate((len(line) + 1 for line in document.lines), initial=0))
    repaired = list(accumulate((len(line) + 1 for line in document.repaired), initial=0))

    def moved(span: Span) -> Span | None:
        begin, end = starts[span.line - 1] + span.start, starts[span.line - 1] + span.end
        first, after = mapped.first_beyond(begin), mapped.first_from(end)
        if first >= after:
            return None
        line = bisect_right(repaired, first)
        column = first - repaired[line - 1]
        words = document.repaired[line - 1][column : after - repaired[line - 1]]
        return Span(document.file, line, column, column + len(words), words)

    return [moved(span) for span in spans]
