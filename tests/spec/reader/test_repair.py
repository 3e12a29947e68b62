"""Damage is put right where that is certain, and a clean text is never changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian_reader import read_text
from tests.spec.reader._cases import lines_of

_CLEAN = list(lines_of("clean.txt"))
_REPAIRS = [re.fullmatch(r"\[(\w+)\] (.+) => (.+)", line) for line in lines_of("repairs.txt")]


@pytest.mark.parametrize("text", _CLEAN)
def test_a_clean_text_is_not_changed(text: str) -> None:
    document = read_text(text)

    assert document.repaired == document.lines
    assert document.repairs == ()


@given(st.lists(st.sampled_from(_CLEAN), max_size=6), st.sampled_from(["\n", "\n\n", "", " "]))
def test_clean_texts_together_are_not_changed(parts: list[str], joint: str) -> None:
    document = read_text(joint.join(parts))

    assert document.repaired == document.lines


@pytest.mark.parametrize("case", [case for case in _REPAIRS if case], ids=lambda case: case[1])
def test_known_damage_is_put_right_and_listed(case: re.Match[str]) -> None:
    kind, broken, right = case.groups()

    document = read_text(broken)

    assert document.repaired[0].strip().split() == right.split()
    assert [one.kind for one in document.repairs if one.is_repaired] == [kind]


@pytest.mark.parametrize(
    "text",
    ["（一）强化责任落实。各村", "（二）推进环境整治。全镇", "（五）抓好安全生产。重点"],
)
def test_text_with_a_byte_too_many_is_read_in_step_again(text: str) -> None:
    # Half of a full-width space is left before the text: every character is read one byte off.
    data = b"\xa1" + text.encode("gb18030") + "ok".encode("gb18030")
    shifted = data.decode("gb18030", "replace")

    document = read_text(shifted)

    assert shifted != text
    assert document.repaired[0].startswith(text[:5])
    assert document.repairs[0].kind == "shifted"


def test_a_lost_byte_of_a_full_stop_is_put_back() -> None:
    # 。现 loses its first byte and is read as ，F in a traditional text.
    document = read_text("各項工作取得新成績，F將有關情況報告如下。")

    assert "成绩。现将有关情况" in document.repaired[0]


def test_what_cannot_be_restored_is_marked_and_not_guessed() -> None:
    document = read_text("全镇共有\ufffd\ufffd户，锟斤拷。")

    assert [(one.kind, one.is_repaired) for one in document.repairs] == [("lost", False)]


def test_a_pinyin_bracket_that_stands_alone_is_left() -> None:
    text = "郿（méi）坞岭村有农户80户。"

    assert read_text(text).repaired == (text,)


_WORDS = "加强普惠性基础性兜底性民生建设"


def test_half_a_full_stop_before_a_run_is_taken_out_again() -> None:
    shifted = (b"\xa3" + _WORDS.encode("gb18030"))[:-1].decode("gb18030", "replace")

    document = read_text(f"全面推进。{shifted}，在全乡推开")

    assert _WORDS[:-2] in document.repaired[0]
    assert "D101" in {one.rule for one in document.findings}


def test_what_follows_a_character_without_its_first_byte_is_read_again() -> None:
    shifted = _WORDS.encode("gb18030")[1:].decode("gb18030", "replace")

    document = read_text(f"全面推进。{shifted}，在全乡推开")

    assert _WORDS[2:-2] in document.repaired[0]
    # The first character is gone for good and is shown as such.
    assert {"D101", "D104"} <= {one.rule for one in document.findings}
