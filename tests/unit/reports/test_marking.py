"""A paragraph cut into pieces, and keys of findings."""

from __future__ import annotations

from qianxian.reports.findings import keyed, title_of
from qianxian.reports.marking import Disc, Mark, pieces
from qianxian_reader import Code, Finding, Severity

TEXT = "调解纠纷46起，其中土地12起。"


def test_pieces_together_are_the_text() -> None:
    marks = [Mark(4, 7, "m-fig"), Mark(4, 15, "m-err"), Mark(12, 15, "m-fig")]

    found = pieces(TEXT, marks)

    assert "".join(piece.text for piece in found) == TEXT


def test_of_marks_that_overlap_the_graver_is_drawn() -> None:
    found = {p.text: p.css for p in pieces(TEXT, [Mark(4, 7, "m-fig"), Mark(4, 15, "m-err")])}

    assert found == {"调解纠纷": "", "46起": "m-err", "，其中土地12起": "m-err", "。": ""}


def test_a_disc_stands_behind_the_last_piece_of_its_mark() -> None:
    disc = Disc(3, "#f3", is_soft=False)

    found = pieces(TEXT, [Mark(4, 15, "m-err", disc=disc), Mark(4, 7, "m-fig", anchor="g0")])

    assert [p.text for p in found if p.discs] == ["，其中土地12起"]
    assert [p.text for p in found if p.anchors] == ["46起"]


def test_a_thread_inside_a_finding_keeps_its_link() -> None:
    found = pieces(TEXT, [Mark(4, 15, "m-err"), Mark(4, 7, href="?figure=a", link="fig")])

    assert (found[1].css, found[1].link, found[1].href) == ("m-err", "fig", "?figure=a")


def test_a_mark_that_does_not_fit_is_left_out() -> None:
    assert len(pieces(TEXT, [Mark(4, 99, "m-err"), Mark(5, 5, "m-fig")])) == 1


def finding(line: int, quote: str = "46起", rule: str = "A101") -> Finding:
    return Finding(Code.ARITHMETIC, rule, Severity.ERROR, (line,), quote, "差2起。")


def test_a_key_stays_when_lines_move_and_differs_for_a_second_one() -> None:
    first = [key for key, _ in keyed([finding(3), finding(9)])]
    later = [key for key, _ in keyed([finding(4), finding(12), finding(1, "47起")])]

    assert first == later[:2]
    assert len(set(later)) == 3


def test_a_card_is_named_by_its_rule() -> None:
    assert title_of(finding(1)) == "分项之和与总数不符"
    assert title_of(finding(1, rule="R101")) == "和台账里的数不一样"
