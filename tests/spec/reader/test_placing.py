"""Where spans of a damaged source stand in the repaired text."""

from __future__ import annotations

from qianxian_figures import Span
from qianxian_reader import read_text, repaired_spans


def words_of(text: str) -> list[tuple[str, str]]:
    """The words of each figure as they stand in the source, and in the repaired text."""
    document = read_text(text)
    spans = [figure.span for figure in document.figures]
    moved = repaired_spans(document, spans)
    for span in moved:
        assert span is not None
        assert document.repaired[span.line - 1][span.start : span.end] == span.text
    return [(a.text, b.text if b else "") for a, b in zip(spans, moved, strict=True)]


def test_spans_of_a_clean_text_stay_as_they_are() -> None:
    document = read_text("完成改厕4户，栽树350棵。")
    spans = [figure.span for figure in document.figures]

    assert repaired_spans(document, spans) == spans


def test_words_taken_out_before_a_span_move_it() -> None:
    text = "改(gǎi)厕工作完(wán)成(chéng)得好，全年改厕4户，栽树350棵。"

    assert words_of(text) == [("4户", "4户"), ("350棵", "350棵")]


def test_a_line_that_held_two_paragraphs_is_still_one_line() -> None:
    document = read_text("全年改厕4户。\\r\\n栽树350棵，修路3公里。\n第二行栽树9棵。")

    moved = repaired_spans(document, [f.span for f in document.figures])

    assert [s.line for s in moved if s] == [1, 1, 1, 2]
    assert [s.text for s in moved if s] == ["4户", "350棵", "3公里", "9棵"]


def test_nothing_is_left_of_words_that_the_repair_took_away() -> None:
    document = read_text("改(gǎi)厕工作完(wán)成(chéng)得好，全年改厕4户。")

    assert repaired_spans(document, [Span("", 1, 1, 6, "(gǎi)")]) == [None]
