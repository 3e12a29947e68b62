"""Every rule has a page whose bad example breaks it and whose good example does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qianxian_reader import Severity, UnknownRule, read_text
from qianxian_reader.rules import RULES

_PAGES = Path(__file__).parents[3] / "docs" / "rules"


def _page(code: str) -> str:
    return (_PAGES / f"{code}.md").read_text(encoding="utf-8")


def _examples(code: str, heading: str) -> list[str]:
    part = re.search(rf"## {heading}\n(.*?)(?=\n## |\Z)", _page(code), re.DOTALL)
    assert part, f"{code} has no part {heading}"
    found = re.findall(r"```text\n(.*?)\n```", part[1], re.DOTALL)
    assert found, f"{code} has no example under {heading}"
    return found


def _broken(text: str) -> set[str]:
    return {finding.rule for finding in read_text(text).findings}


@pytest.mark.parametrize("code", RULES)
def test_each_bad_example_breaks_the_rule(code: str) -> None:
    for example in _examples(code, "有问题"):
        assert code in _broken(example), example


@pytest.mark.parametrize("code", RULES)
def test_no_good_example_does(code: str) -> None:
    for example in _examples(code, "没问题"):
        assert code not in _broken(example), example


@pytest.mark.parametrize("code", RULES)
def test_the_page_says_what_the_registry_says(code: str) -> None:
    rule, page = RULES[code], _page(code)

    assert page.startswith(f"# {code} {rule.title}\n")
    assert f"`{rule.kind.value}`" in page
    assert f"`{rule.severity.value}`" in page


def test_there_is_no_page_without_a_rule_and_the_index_lists_all() -> None:
    pages = {path.stem for path in _PAGES.glob("[A-Z][0-9]*.md")}
    index = (_PAGES / "README.md").read_text(encoding="utf-8")

    assert pages == set(RULES)
    assert re.findall(r"\[([A-Z]\d+)\]", index) == list(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_finding_carries_its_place_and_a_whole_sentence(code: str) -> None:
    findings = [
        one
        for example in _examples(code, "有问题")
        for one in read_text(example).findings
        if one.rule == code
    ]

    for one in findings:
        assert one.lines
        assert one.quote
        assert one.message.endswith("。")
        assert one.severity in Severity


def test_a_switched_off_rule_is_silent() -> None:
    text = _examples("U101", "有问题")[0]

    assert "U101" not in {one.rule for one in read_text(text, switched_off={"U101"}).findings}


def test_switching_off_what_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownRule, match="Q000"):
        read_text("改厕86户。", switched_off={"Q000"})


def test_a_correction_is_given_only_where_it_is_certain() -> None:
    found = {
        one.rule: one.correction for one in read_text("截止目前，投入1000万整治河道。").findings
    }

    assert found == {"W102": "截至", "U101": "1000万元"}


def test_private_numbers_are_never_quoted_whole() -> None:
    for code in ("V101", "V102", "V103"):
        text = _examples(code, "有问题")[0]
        number = re.search(r"\d{10,}[\dX]?", text)
        assert number
        for one in read_text(text).findings:
            assert number[0] not in one.quote + one.message


def test_a_paragraph_that_stands_three_times_is_one_finding() -> None:
    paragraph = "乡党委高度重视，成立工作专班，逐村逐户开展排查，建立问题台账，限期整改到位。\n"
    (finding,) = read_text(f"{paragraph}二是推进改厕工作。\n{paragraph * 2}").findings

    assert (finding.rule, finding.lines) == ("D108", (1, 3, 4))
    assert "出现了3次" in finding.message


def test_a_sum_is_written_out() -> None:
    (finding,) = read_text(_examples("A103", "有问题")[0]).findings

    assert "32" in finding.message
    assert "470000元" in finding.message


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [
        ("一二三、", "九九九、", "一百二十四、"),
        ("第一部分、", "第三部分、", "第二部分、"),
        ("1、", "3、", "2、"),
        ("①", "③", "②"),
        ("㈠", "㈢", "㈡"),
    ],
)
def test_a_skipped_number_is_named_in_the_writing_of_its_neighbours(
    first: str, second: str, missing: str
) -> None:
    text = f"一、全年工作\n今年改厕120户。\n{first}改厕工作\n今年改厕120户。\n{second}修路工作\n今年修路3公里。\n"
    skips = [one for one in read_text(text).findings if one.rule == "N101"]
    assert f"“{second}修路工作”前面应当有“{missing}”" in skips[-1].message
