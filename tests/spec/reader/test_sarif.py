"""Findings in the form that editors take."""

from __future__ import annotations

import json

from qianxian_reader import read_text, to_sarif

TEXT = "白云乡2026年工作总结\n一、主要工作\n村民满意率达到120%。\n"


def test_a_finding_names_its_rule_and_the_very_characters() -> None:
    document = read_text(TEXT, "总结.txt")

    sarif = json.loads(json.dumps(to_sarif([document])))

    run = sarif["runs"][0]
    result = next(one for one in run["results"] if one["ruleId"] == "I101")
    place = result["locations"][0]["physicalLocation"]
    assert sarif["version"] == "2.1.0"
    assert place["artifactLocation"]["uri"] == "总结.txt"
    region = place["region"]
    line = TEXT.splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]
    assert region["snippet"]["text"] == "120%"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {
        one["ruleId"] for one in run["results"]
    }


def test_a_clean_text_gives_an_empty_run() -> None:
    document = read_text("白云乡2026年工作总结\n一、主要工作\n全年改厕120户。\n", "a.txt")

    assert to_sarif([document])["runs"][0]["results"] == []  # type: ignore[index]
