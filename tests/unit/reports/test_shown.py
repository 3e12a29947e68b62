"""A report that was read, paragraph by paragraph, with spans in place."""

from __future__ import annotations

from qianxian.reports.shown import ShownText, find_folded
from qianxian_reader import read, read_text

TEXT = "青禾镇2025年工作总结\n\n一、2025年工作完成情况\n（一）改厕。完成改厕４户。\n全年栽树350棵。"


def test_headings_and_the_title_are_told_from_text() -> None:
    shown = ShownText(read_text(TEXT))

    found = [(p.is_title, p.level, p.text) for p in shown.paragraphs]
    assert found[:2] == [(True, 0, "青禾镇2025年工作总结"), (False, 1, "一、2025年工作完成情况")]
    assert found[3] == (False, 0, "全年栽树350棵。")


def test_a_heading_that_runs_into_its_text_ends_inside_the_line() -> None:
    paragraph = ShownText(read_text(TEXT)).paragraphs[2]

    assert paragraph.text[: paragraph.heading_end] == "（一）改厕"
    assert paragraph.section is not None
    assert paragraph.section.level == 2


def test_spans_stand_at_the_words_that_were_read() -> None:
    document = read_text(TEXT)
    shown = ShownText(document)

    spots = shown.spots(figure.span for figure in document.figures)

    words = [shown.paragraphs[s.paragraph].text[s.start : s.end] for s in spots if s]
    assert words == ["４户", "350棵"]


def test_spans_of_a_damaged_text_stand_in_the_repaired_one() -> None:
    marked = "改(gǎi)厕工作。完(wán)成(chéng)改厕4户，栽树350棵。"
    document = read(f"青禾镇2025年总结\n{marked}".encode("gb18030"), "旧稿.txt")
    shown = ShownText(document)

    spots = shown.spots(figure.span for figure in document.figures)

    assert shown.paragraphs[1].text == "改厕工作。完成改厕4户，栽树350棵。"
    words = [shown.paragraphs[s.paragraph].text[s.start : s.end] for s in spots if s]
    assert words == ["4户", "350棵"]


def test_words_are_found_whatever_their_width_and_spaces() -> None:
    assert find_folded("完成 改厕４户", "改厕4户") == (3, 7)
    assert find_folded("完成改厕", "栽树") is None
