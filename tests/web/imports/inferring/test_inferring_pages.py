"""From a workbook to a ledger on the pages, and what becomes of it there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.imports import jobs as import_jobs
from qianxian.imports.inferring import jobs
from qianxian.imports.inferring.models import LedgerProposal
from qianxian.imports.models import ImportRun
from qianxian.ledgers.models import Entry
from qianxian_tables import open_book
from tests.unit.imports.conftest import land, workbook
from tests.unit.imports.inferring.conftest import TREES, definer

__all__ = ["definer"]

AsUser = Callable[[User], Client]
HOME = "/imports/ledgers/"


@pytest.fixture
def page(as_user: AsUser, definer: User, village: Place, other_village: Place) -> Client:
    return as_user(definer)


def upload(page: Client, data: bytes, name: str = "绿化.xlsx", to: str = "new/") -> Any:
    return page.post(f"{HOME}{to}", {"file": SimpleUploadedFile(name, data)})


def proposed(page: Client) -> LedgerProposal:
    answer = upload(page, workbook(TREES))
    proposal = LedgerProposal.objects.get()
    assert answer["Location"] == proposal.get_absolute_url()
    assert "正在认" in page.get(proposal.get_absolute_url()).content.decode()
    jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
    proposal.refresh_from_db()
    return proposal


def form_of(answer: Any) -> dict[str, Any]:
    """What a browser would send of the page's form, as it is."""
    views, design = answer.context["columns"], answer.context["design"]
    sent = {"name": design.name, "line": design.line, "place": design.place, "count": len(views)}
    sent |= {"date": design.date, "title": design.title, "key": design.key}
    for view in views:
        column, c = view.column, f"c{view.n}-"
        sent |= {f"{c}kind": column.kind, f"{c}label": column.label, f"{c}unit": column.unit}
        sent[f"{c}choices"] = "\n".join(column.choices)
        if column.private:
            sent[f"{c}private"] = "on"
    return sent


def test_from_a_messy_workbook_to_rows_in_the_list(page: Client, now: Any, today: date) -> None:
    proposal = proposed(page)
    url = proposal.get_absolute_url()
    answer = page.get(url)
    shown = answer.content.decode()
    # What is wrong is told before anything is made; numbers of persons are covered.
    assert "E10 “3月15日前后”" in shown
    assert "13800000001" not in shown
    assert "第 7 行" in shown and "小计" in shown

    sent = form_of(answer)
    design = f"{url}design/"
    refused = page.post(design, {**sent, "name": " ", "act": "define"})
    assert (refused.status_code, "还没写台账叫什么" in refused.content.decode()) == (422, True)
    told = page.post(design, {**sent, "c9-kind": "integer"}, headers={"HX-Request": "true"})
    assert 'hx-swap-oob="true"' in told.content.decode()
    assert "读不成整数" in told.content.decode()

    answer = page.post(design, {**sent, "name": "绿化台账", "c9-kind": "text", "act": "define"})
    run = ImportRun.objects.get()
    assert answer["Location"] == run.get_absolute_url()
    import_jobs.check_import.call(run.pk, run.check_number)
    run.refresh_from_db()
    # In the index, in 记一笔, in the search, in 报齐: in another process as well.
    catalogue.hold_packs()
    ledger = run.ledger
    assert "绿化台账" in page.get("/ledgers/").content.decode()
    assert "绿化台账" in page.get("/ledgers/choose/").content.decode()
    assert "绿化台账" in page.get("/search/?q=绿化").content.decode()
    assert "绿化台账" in page.get("/ledgers/attestation/", follow=True).content.decode()
    assert page.get(f"/ledgers/{ledger}/new/").status_code == 200

    land(run, now)
    listed = page.get(f"/ledgers/{ledger}/").content.decode()
    assert "L001" in listed and "L004" not in listed
    assert Entry.objects.filter(ledger=ledger).count() == 4


def test_a_row_that_was_taken_wrongly_is_put_right(page: Client) -> None:
    proposal = proposed(page)
    before = page.get(proposal.get_absolute_url()).context["seen"]
    page.post(f"{proposal.get_absolute_url()}layout/", {"s0-r6": "note|data"})
    proposal.refresh_from_db()
    jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
    after = page.get(proposal.get_absolute_url()).context["seen"]
    assert (before.rows, after.rows) == (5, 4)
    # The sheet that is not used leaves nothing to read, and that is said.
    page.post(f"{proposal.get_absolute_url()}layout/", {"s0-used": "no"})
    proposal.refresh_from_db()
    jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
    assert "没有找到表格" in page.get(proposal.get_absolute_url()).content.decode()


def encrypted() -> bytes:
    """The head of what Excel makes of a workbook with a password: a compound file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [("台账.et", b"x" * 600, "另存为 .xlsx"), ("台账.xlsx", encrypted(), "密码")],
)
def test_files_that_cannot_be_read_say_what_to_do(
    page: Client, name: str, data: bytes, says: str
) -> None:
    upload(page, data, name)
    proposal = LedgerProposal.objects.get()
    jobs.look_at_workbook.call(proposal.pk, proposal.look_number)
    assert says in page.get(proposal.get_absolute_url()).content.decode()


def test_a_definition_sheet_a_figure_a_change_and_the_end(page: Client, definer: User) -> None:
    rows: list[list[Any]] = [
        ["栏名", "类型", "单位", "选项", "必填", "用作"],
        ["树种", "选一项", None, "香樟、桂花", "是", "名称栏"],
        ["栽植日期", "日期", None, None, "是", "日期栏"],
        ["株数", "整数", "株", None, None, None],
    ]
    bad = upload(page, workbook([*rows, ["电话", "号码"]], names=["栏"]), to="sheet/")
    assert "“栏”表第 5 行：没有“号码”这种类型" in bad.content.decode()
    upload(page, workbook(rows, names=["栏"]), "植树台账.xlsx", to="sheet/")
    proposal = LedgerProposal.objects.get()
    sent = form_of(page.get(proposal.get_absolute_url())) | {"line": "environment"}
    page.post(f"{proposal.get_absolute_url()}design/", {**sent, "act": "define"})
    proposal.refresh_from_db()
    own = f"{HOME}{proposal.ledger}/"
    assert "栽植日期" in page.get(own).content.decode()

    count = {"name": "植树株数", "summed": "zhu_shu", "synonyms": "种树"}
    page.post(f"{own}count/", count)
    assert "植树株数" in page.get("/figures/?q=种树").content.decode()

    sent = form_of(page.get(f"{own}change/")) | {"c0-label": "树的种类"}
    look = page.post(f"{own}change/", {**sent, "act": "check"})
    assert "“树种”改叫“树的种类”" in look.content.decode()
    base = look.context["base"]
    assert page.post(f"{own}change/", {**sent, "base": base, "act": "save"}).status_code == 302
    assert catalogue().ledgers[proposal.ledger].fields[0].label == "树的种类"

    page.post(f"{own}archive/")
    assert "已停用" in page.get("/ledgers/").content.decode()
    assert "植树台账" not in page.get("/ledgers/choose/").content.decode()
    assert page.get(f"/imports/new/{proposal.ledger}/").status_code == 404
    book = open_book(page.get(f"{own}sheet.xlsx").content, "定义.xlsx")
    assert book.sheet("台账").value(1, 2) == "植树台账"


def test_the_pages_are_only_there_for_who_may_define(
    as_user: AsUser, page: Client, clerk: User, leader: User
) -> None:
    proposal = proposed(page)
    for user in (clerk, leader):
        other = as_user(user)
        for url in ("", "new/", "sheet/", "sheet/blank.xlsx", f"proposals/{proposal.pk}/"):
            assert other.get(f"{HOME}{url}").status_code == 404
        assert "从表格建台账" not in other.get("/ledgers/").content.decode()
    assert "从表格建台账" in page.get("/ledgers/").content.decode()
