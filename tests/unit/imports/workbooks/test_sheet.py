"""The sheet itself: nothing private in clear, what is open and what is locked; and people's hands."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, User
from qianxian.imports.workbooks import sending
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import Row, save_entry
from qianxian_tables import open_book
from tests.unit.imports.workbooks.conftest import Desk, Sheet, workbook

pytestmark = pytest.mark.django_db

PHONE = "13787654321"


@pytest.fixture
def households(clerk: User, group: Place, now: Any) -> list[Entry]:
    ledger = catalogue().ledgers["household"]
    return [
        save_entry(
            ledger=ledger,
            row=Row({"number": f"201000{n}", "head": head, "persons": n, "phone": PHONE}, group),
            by=clerk,
            at=now,
        )
        for n, head in enumerate(["李大山", "张小河", "王水生"], start=1)
    ]


@pytest.fixture
def register(desk: Desk) -> Desk:
    desk.ledger = "household"
    return desk


def unzipped(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return "\n".join(archive.read(name).decode() for name in archive.namelist())


# ---- what goes out ----


def test_no_private_value_is_anywhere_in_the_file(
    register: Desk, households: list[Entry], village: Place
) -> None:
    data = sending.write_workbook(
        ledger=catalogue().ledgers["household"], village=village, by=register.by, at=register.at
    )

    text = unzipped(data)
    assert PHONE not in text
    assert PHONE[3:7] not in text
    assert "137****4321" in text
    assert "李大山" in text


def test_heads_say_unit_and_what_is_required_and_the_first_sheet_how(
    sent: Sheet,
) -> None:
    heads = dict(zip(sent.rows[3], sent.rows[2], strict=False))

    assert heads["field:held_on"] == "日期*"
    assert heads["field:people"] == "参加人次（人次）"
    assert heads["field:waste"] == "清运垃圾（吨）"
    how = [row[0] for row in next(iter(sent.sheets.values()))]
    assert len(how) == 5
    hidden = {each.name for each in sent.book if each.is_hidden}
    assert hidden == {"选项", "签名"}


def test_what_may_not_be_changed_is_locked_and_lists_hang_on_their_columns(
    register: Desk, households: list[Entry], village: Place
) -> None:
    data = sending.write_workbook(
        ledger=catalogue().ledgers["household"], village=village, by=register.by, at=register.at
    )
    archive = zipfile.ZipFile(io.BytesIO(data))
    sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    styles = archive.read("xl/styles.xml").decode()

    assert "<sheetProtection" in sheet
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.split("<cellXfs")[1])
    open_ones = {n for n, xf in enumerate(formats) if 'locked="0"' in xf}
    cells = dict(re.findall(r'<c r="([A-Z]+5)" s="(\d+)"', sheet))
    targets = Sheet(data).targets
    letters = {name: chr(65 + at) for name, at in targets.items()}
    is_open = {name: int(cells[f"{at}5"]) in open_ones for name, at in letters.items()}
    assert is_open["field:head"]
    assert is_open["group"]
    assert not is_open["private:phone"]
    assert not is_open["key"]
    assert sheet.count('type="list"') >= 3
    assert re.search(r'<col [^>]*hidden="1"', sheet)
    assert re.search(r'<row r="4"[^>]*hidden="1"', sheet)


# ---- what people do to it ----


def test_sorted_rows_and_moved_columns_are_found(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    sent.fill(sent.day(3), field__people=30)
    for row in sent.rows:
        row.reverse()
    sent.rows[4:7] = sent.rows[6:3:-1]

    diff = desk.look(desk.back(sent))

    assert [(r.entry, f.new) for r in diff.rows for f in r.fields] == [(cleanups[0], "30 人次")]
    assert diff.same == 2


def test_edited_headers_and_a_lost_row_of_names_are_read_by_what_is_left(
    desk: Desk, sent: Sheet
) -> None:
    row = sent.day(3)
    sent.fill(row, field__people=30)
    at = sent.targets["field:people"]
    sent.rows[2][at] = "来了多少人"
    assert len(desk.look(desk.back(sent)).rows) == 1

    sent.rows[3] = [None] * len(sent.rows[3])
    diff = desk.look(desk.back(sent))

    assert any("当作没改" in told and "参加人次" in told for told in diff.told)
    assert diff.rows == []


def test_dates_as_texts_and_numbers_as_texts_are_no_changes(desk: Desk, sent: Sheet) -> None:
    sent.fill(sent.day(3), field__held_on="2026年11月3日", field__people="23人次")
    sent.fill(sent.day(4), field__held_on="2026.11.04", field__people=24.0)

    assert desk.look(desk.back(sent)).rows == []


def test_merged_cells_stand_for_every_row_that_they_cover(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    at = sent.targets["field:note"]
    sent.fill(5, field__note="连着三天")
    sent.merges.append((4, at, 6, at))

    diff = desk.look(desk.back(sent))

    assert [f.new for r in diff.rows for f in r.fields] == ["连着三天"] * 3
    assert any("合并" in told for told in diff.told)


def test_without_keys_a_ledger_with_its_own_key_is_matched_by_it(
    register: Desk, households: list[Entry], village: Place
) -> None:
    sheet = register.send(village)
    sheet.fill(sheet.row_of("field:number", "2010002"), field__persons=5)
    sheet.drop_column("key")

    diff = register.look(register.back(sheet))

    [row] = diff.rows
    assert (row.entry, row.fields[0].new) == (households[1], "5 人")
    assert row.note == "按编号和名字认出来的"
    assert any("编号那一列没有了" in told for told in diff.told)
    assert diff.gone == []


def test_without_keys_a_ledger_without_one_takes_nothing_that_it_cannot_tell(
    desk: Desk, sent: Sheet
) -> None:
    sent.fill(sent.day(3), field__people=30)
    sent.drop_column("key")

    diff = desk.look(desk.back(sent))

    assert diff.same == 2
    assert ["认不出" in p.says for row in diff.rows for p in row.faults] == [True]
    assert not diff.has_anything


def test_a_sheet_of_which_only_some_columns_were_sorted_is_noticed(
    register: Desk, households: list[Entry], village: Place
) -> None:
    sheet = register.send(village)
    keys = [sheet.get(row, "key") for row in (5, 6, 7)]
    for row, key in zip((5, 6, 7), (keys[1], keys[2], keys[0]), strict=True):
        sheet.fill(row, key=key, field__persons=9)

    diff = register.look(register.back(sheet))

    assert all("只排了一部分栏" in row.faults[0].says for row in diff.rows)
    assert not diff.has_anything


def test_a_copied_row_is_told_and_not_taken_twice(
    desk: Desk, sent: Sheet, cleanups: list[Entry]
) -> None:
    row = sent.day(3)
    sent.rows.append([*sent.rows[row - 1]])
    sent.fill(len(sent.rows), field__people=77)

    [found] = desk.look(desk.back(sent)).rows

    assert f"和第 {row} 行是同一条" in found.faults[0].says


def test_a_key_that_is_there_already_is_the_same(
    register: Desk, households: list[Entry], village: Place
) -> None:
    sheet = register.send(village)
    row = sheet.empty_row()
    sheet.fill(row, group="三组", field__number="2010003", field__head="王水生", field__persons=3)
    before = Entry.objects.count()

    diff = register.look(register.back(sheet))
    register.confirm(register.back(sheet))

    assert "同一条" in diff.rows[0].faults[0].says
    assert Entry.objects.count() == before


def test_what_somebody_recorded_meanwhile_is_the_same_and_differences_are_asked(
    register: Desk, households: list[Entry], village: Place, group: Place, clerk: User
) -> None:
    sheet = register.send(village)
    sheet.fill(
        sheet.empty_row(),
        group="三组",
        field__number="2010009",
        field__head="赵新",
        field__persons=4,
    )
    save_entry(
        ledger=catalogue().ledgers["household"],
        row=Row({"number": "2010009", "head": "赵新", "persons": 2}, group),
        by=clerk,
        at=register.at,
    )

    [found] = register.look(register.back(sheet)).rows

    assert [(f.kind, f.now, f.new) for f in found.conflicts] == [("conflict", "2 人", "4 人")]


def test_a_private_cell_that_was_typed_over_is_not_taken(
    register: Desk, households: list[Entry], village: Place
) -> None:
    sheet = register.send(village)
    sheet.fill(5, private__phone="13900000001")

    [found] = register.look(register.back(sheet)).rows

    assert "隐私" in found.faults[0].says
    assert "13900000001" not in found.faults[0].says
    assert not found.fields


def test_a_group_is_chosen_from_the_list_and_moves_the_entry(
    register: Desk, households: list[Entry], village: Place, make_place: Any
) -> None:
    fourth = make_place("四组", parent=village, code="430100100201004")
    sheet = register.send(village)
    sheet.fill(sheet.row_of("field:number", "2010001"), group="四组")
    sheet.fill(sheet.row_of("field:number", "2010002"), group="九组")

    handback = register.back(sheet)
    told = [p.says for row in register.look(handback).rows for p in row.faults]
    register.confirm(handback)

    assert "没有“九组”这个组" in told[0]
    assert Entry.objects.get(pk=households[0].pk).place == fourth


def test_a_row_that_is_wrong_is_told_at_its_cell_and_keeps_no_other_back(
    register: Desk, households: list[Entry], village: Place
) -> None:
    sheet = register.send(village)
    row = sheet.empty_row()
    sheet.fill(row, group="三组", field__number="2010005", field__persons="八九个")
    sheet.fill(row + 1, group="三组", field__number="2010006", field__head="孙平", field__persons=2)

    handback = register.back(sheet)
    bad = register.look(handback).rows[0]
    register.confirm(handback)

    assert {p.label for p in bad.faults} == {"户主", "常住人口"}
    assert Entry.objects.filter(key_text="2010006").exists()
    assert not Entry.objects.filter(key_text="2010005").exists()


def test_something_that_is_no_workbook_is_said_in_a_sentence(desk: Desk, sent: Sheet) -> None:
    with pytest.raises(UserError, match="打不开"):
        desk.back(b"PK\x03\x04broken")
    with pytest.raises(UserError, match="认不出"):
        desk.back("村,日期\n清水村,2026-11-3\n".encode(), name="表.csv")
    sent.sheets = {"空": [["没有表头"], ["只有字"]]}
    with pytest.raises(UserError, match="找不到表头"):
        desk.back(sent_empty(sent), workbook=workbook())


def sent_empty(sheet: Sheet) -> bytes:
    sheet.name = "空"
    return sheet.data()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_what_another_office_program_saves_says_the_same(
    kind: str, desk: Desk, cleanups: list[Entry], village: Place, tmp_path: Path
) -> None:
    ledger = catalogue().ledgers["cleanup"]
    data = sending.write_workbook(ledger=ledger, village=village, by=desk.by, at=desk.at)
    source = tmp_path / "in" / "清水村.xlsx"
    source.parent.mkdir()
    source.write_bytes(data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(  # noqa: S603
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, source],  # noqa: S607
        check=True,
        capture_output=True,
        timeout=120,
    )
    before = Commit.objects.count()

    again = (tmp_path / f"清水村.{kind}").read_bytes()
    diff = desk.look(desk.back(again, name=f"清水村.{kind}"))

    assert (diff.rows, diff.told, diff.same) == ([], [], 3)
    assert Commit.objects.count() == before
    assert date(2026, 11, 3) in [c for row in cells_of(again, kind) for c in row]
    if kind == "xlsx":
        kept = zipfile.ZipFile(io.BytesIO(again)).read("xl/worksheets/sheet2.xml").decode()
        assert 'type="list"' in kept
        assert "<sheetProtection" in kept
        assert re.search(r'<col [^>]*hidden="(1|true)"', kept)


def cells_of(data: bytes, kind: str) -> list[list[Any]]:
    return [list(row) for sheet in open_book(data, f"x.{kind}") for row in sheet.rows]
