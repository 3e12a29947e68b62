"""Folders of packs: where definitions come from, and what a folder may hold."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from qianxian_packs import PackError, PacksInvalid, check, load

SOUND = Path(__file__).parent / "sound"
SHIPPED = Path(__file__).parents[3] / "packs"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_sound_pack_has_no_error() -> None:
    assert check([SOUND]) == []


def test_loading_raises_with_every_error_that_checking_lists(tmp_path: Path) -> None:
    site = written(tmp_path / "site", "extra/ledgers/a.yaml", "name: 甲\n")
    written(site, "extra/ledgers/b.yaml", "fields: 3\n")

    with pytest.raises(PacksInvalid) as raised:
        load([SOUND, site])

    errors = check([SOUND, site])
    assert list(raised.value.errors) == errors
    assert len(errors) == 4
    assert str(errors[0]) == "site/extra/ledgers/a.yaml:1 fields：缺这一项，要写上。"
    assert str(raised.value) == "\n".join(map(str, errors))


def test_a_site_adds_to_a_line_of_another_folder_without_naming_it_again(tmp_path: Path) -> None:
    text = "name: 补充\nsubject: household\nfields: [{name: note, label: 说明, type: text}]\n"
    site = written(tmp_path / "site", "works/ledgers/extra.yaml", text)

    catalogue = load([SOUND, site])

    assert catalogue.ledgers["extra"].line == "works"
    assert catalogue.lines["works"].name == "工程"


def test_two_folders_of_one_name_are_told_apart_in_errors(tmp_path: Path) -> None:
    one = shutil.copytree(SOUND, tmp_path / "one" / "packs")
    two = written(tmp_path / "two" / "packs", "works/ledgers/a.yaml", "name: 甲\n")

    errors = check([one, two])

    assert [e.file for e in errors] == [f"{two}/works/ledgers/a.yaml"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert check([tmp_path / "nowhere"]) == [
        PackError("nowhere", 1, "", "没有这个文件夹，看看设置里的路径。")
    ]


def test_hidden_files_and_those_of_tools_are_left_alone(tmp_path: Path) -> None:
    packs = shutil.copytree(SOUND, tmp_path / "packs")
    written(packs, ".git/config", "x")
    written(packs, "__pycache__/x.pyc", "x")
    written(packs, "works/ledgers/.works.yaml.swp", "x")
    written(packs, "notes.txt", "x")

    assert check([packs]) == []


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("name: 台账".encode("gb18030"), "UTF-8"),
        (b"name: a\x00b", "特殊的字符"),
        (b"name: " + b"x" * 300_000, "文件太大"),
        (b"name: " + b"[" * 2000, "YAML"),
        (b"---\nname: a\n---\nname: b\n", "YAML"),
        (b"? [a, b]\n: c\n", "没有这样的项"),
    ],
    ids=["other encoding", "control character", "large", "deep", "two documents", "odd key"],
)
def test_files_that_cannot_be_read_are_told_and_do_not_stop_the_rest(
    tmp_path: Path, content: bytes, part: str
) -> None:
    packs = shutil.copytree(SOUND, tmp_path / "packs")
    (packs / "works" / "ledgers" / "odd.yaml").write_bytes(content)

    errors = check([packs])

    assert {e.file for e in errors} == {"packs/works/ledgers/odd.yaml"}
    assert any(part in e.message for e in errors)


def test_a_file_with_a_byte_order_mark_and_line_ends_of_windows_is_read(tmp_path: Path) -> None:
    packs = shutil.copytree(SOUND, tmp_path / "packs")
    for name in ("ledgers/works.yaml", "paragraphs/works.md"):
        path = packs / "works" / name
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert load([packs]) == load([SOUND])


def test_the_shipped_packs_have_no_error() -> None:
    assert check([SHIPPED]) == []


def test_every_limit_that_no_county_paper_confirms_says_so() -> None:
    clocks = [clock for flow in load([SHIPPED]).flows.values() for clock in flow.clocks]

    assert {clock.kind for clock in clocks} >= {"natural", "working"}
    assert all(clock.basis for clock in clocks)
    # A date that somebody wrote down needs no paper; so many days need the article that says so.
    article = re.compile(r"(法|条例|办法)第[一二三四五六七八九十百]+条")
    for clock in clocks:
        assert clock.until or not clock.confirmed or article.search(clock.basis), clock.label


def test_who_reports_a_toilet_done_cannot_accept_it() -> None:
    flow = load([SHIPPED]).flows["toilet_renovation"]
    accept = flow.step_by_id["accept"]

    doers = {step.id for step in flow.steps if step.to in accept.from_}
    assert doers == set(accept.differs_from)
    assert accept.hard
    assert accept.evidence.photo >= 1
