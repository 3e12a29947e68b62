"""Every place that the reader gives stands exactly in the source as decoded."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from qianxian_reader import Document, read, read_text
from tests.spec.reader._cases import sentences

_SENTENCES = [case.text for case in sentences("figures.txt")]


def _spaced(text: str) -> str:
    return text.replace("，", "， ").replace("年", " 年 ")


def _wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def _with_pinyin(text: str) -> str:
    return text.replace("镇", "镇(zhèn)").replace("发", "发(fā)").replace("村", "村(cūn)")


def _traditional(text: str) -> str:
    return text.translate(str.maketrans("户处个亿万积厕环责现农业产", "戶處個億萬積廁環責現農業產"))


def _marked_up(text: str) -> str:
    return f"<p>{text.replace('，', '，<span>')}</p>&nbsp;"


_DAMAGE: tuple[Callable[[str], str], ...] = (
    str,
    _spaced,
    _wide,
    _with_pinyin,
    _traditional,
    _marked_up,
)
_texts = st.lists(
    st.tuples(st.sampled_from(_SENTENCES), st.sampled_from(_DAMAGE)), min_size=1, max_size=8
).map(lambda parts: "\n".join(damage(text) for text, damage in parts))


def _assert_places(document: Document) -> None:
    spans = [one.span for one in document.figures]
    spans += [span for finding in document.findings for span in finding.spans]
    for span in spans:
        assert document.lines[span.line - 1][span.start : span.end] == span.text
    for figure in document.figures:
        assert figure.span.text


@settings(max_examples=60, deadline=None)
@given(_texts)
def test_spans_stand_in_the_source_whatever_happened_to_it(text: str) -> None:
    _assert_places(read_text(text, "a.txt"))


@settings(max_examples=40, deadline=None)
@given(_texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
def test_spans_stand_in_the_decoded_lines_of_any_encoding(text: str, encoding: str) -> None:
    document = read(text.encode(encoding), "a.txt")

    assert document.lines == tuple(text.split("\n"))
    _assert_places(document)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    _assert_places(read_text(text, "a.txt"))


def test_figures_come_in_text_order() -> None:
    document = read_text("\n".join(_SENTENCES))

    places = [(one.span.line, one.span.start) for one in document.figures]

    assert places == sorted(places)
