"""From a messy workbook to a ledger of the site and its rows in the existing import."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible
from qianxian.core.models import Commit, DefinitionHead, Revision, User
from qianxian.imports import jobs as import_jobs
from qianxian.imports.inferring import services
from qianxian.imports.inferring.design import Design
from qianxian.imports.inferring.services import DesignInvalid
from qianxian.ledgers.models import Entry
from tests.unit.imports.inferring.conftest import Propose


def test_a_messy_workbook_becomes_a_ledger_and_its_rows_come_in(
    proposed: Propose, definer: User, now: datetime
) -> None:
    proposal = proposed()
    design = Design.from_json(proposal.design)
    kinds = {column.label: (column.kind, column.name) for column in design.columns}

    assert (design.name, design.line) == ("村庄绿化台账", "environment")
    assert kinds["村名"] == ("village", "cun_ming")
    assert kinds["栽植日期"] == ("date", "zai_zhi_ri_qi")
    assert kinds["株数"] == ("integer", "zhu_shu")
    assert kinds["序号"][0] == ""
    assert (design.date, design.key) == ("zai_zhi_ri_qi", "bian_hao")
    private = {column.label for column in design.columns if column.private}
    assert private == {"联系电话", "身份证号"}

    ledger = services.define(proposal=proposal, by=definer, at=now)
    assert catalogue().ledgers[ledger.id] == ledger
    commit = Commit.objects.get(revisions__key=f"ledger:{ledger.id}")
    assert commit.reason == "建台账：村庄绿化台账"

    proposal.refresh_from_db()
    run = proposal.run
    assert run is not None
    import_jobs.check_import.call(run.pk, run.check_number)
    run.refresh_from_db()
    assert (run.state, run.new, run.faulty) == ("ready", 4, 1), list(run.faults.all())


def test_what_looks_like_persons_stays_private(
    proposed: Propose, definer: User, now: datetime
) -> None:
    proposal = proposed()
    design = Design.from_json(proposal.design)
    public = tuple(replace(column, private=False) for column in design.columns)
    services.put_right(
        proposal=proposal, design=replace(design, columns=public), by=definer, at=now
    )
    proposal.refresh_from_db()

    with pytest.raises(DesignInvalid) as told:
        services.define(proposal=proposal, by=definer, at=now)
    says = {fault.says for fault in told.value.faults}
    assert "身份证号必须是隐私，不能公开。" in says
    assert any("写明为什么可以公开" in one for one in says)
    assert not DefinitionHead.objects.exists()


def test_only_who_may_define_hands_in(proposed: Propose, clerk: User, now: datetime) -> None:
    with pytest.raises(NotVisible):
        proposed(by=clerk)
    assert not Revision.objects.filter(kind="definition").exists()
    assert not Entry.objects.exists()
