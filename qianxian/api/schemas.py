"""What goes in and out, as the OpenAPI description shows it. Dates are ISO; decimals are text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

MOST_ROWS = 200


class Fault(Schema):
    field: str
    says: str


class ChangedField(Schema):
    """One field of one save. Of a private one only that it changed."""

    field: str
    label: str
    old: Any = None
    new: Any = None


class Save(Schema):
    """One save of an entry: who, in which post, when, why, by which way, and what changed."""

    commit: int
    version: int
    at: datetime
    by: str
    by_name: str
    post: str
    reason: str
    source: str
    source_ref: str
    undoes: int | None
    changes: list[ChangedField]


class NeedOut(Schema):
    """What a step needs. `shut`: nothing that could be sent along opens it."""

    kind: str
    says: str
    met: bool
    field: str
    shut: bool


class Problem(Schema):
    """Every error. `changes` stands with 409, `needs` with a step that was refused."""

    says: str
    field: str
    faults: list[Fault]
    changes: list[Save] | None = None
    needs: list[NeedOut] | None = None


class LedgerOut(Schema):
    id: str
    name: str
    line: str
    basis: str
    is_register: bool
    place_level: str
    subject: str | None
    parents: list[str]
    flow: str | None


class TableSchema(Schema):
    """A ledger as Frictionless Table Schema: it describes `values` of an entry."""

    name: str
    title: str
    description: str
    fields: list[dict[str, Any]]
    missingValues: list[str]
    foreignKeys: list[dict[str, Any]]
    uniqueKeys: list[list[str]]
    ledger: LedgerOut
    flow: dict[str, Any] | None


class PlaceOut(Schema):
    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None


class EntryOut(Schema):
    """An entry. Private values are masked; in lists they are left out."""

    id: UUID
    ledger: str
    version: int
    title: str
    place: str
    subject: UUID | None
    parent: UUID | None
    on: date | None
    state: str
    state_label: str
    post: str | None
    due_on: date | None
    late: bool
    deleted: bool
    values: dict[str, Any]
    private: dict[str, str] | None = None
    url: str


class EntryPage(Schema):
    """`next` goes into `after` of the next request; null at the end."""

    rows: list[EntryOut]
    next: str | None


class ListQuery(Schema):
    """The conditions of the list page, and `f_<field>` for each field that may be filtered."""

    limit: int = Field(50, ge=1, le=MOST_ROWS)
    after: str = Field("", description="上一页的 next")
    o: str = Field("", description="title、place、on、state、due、f_栏，前面加 - 是倒过来")
    as_of: str = Field("", description="那一天结束时是什么样，例如 2026-10-31")
    place: str = Field("", description="地方代码，下面的都算")
    state: str = Field("", description="状态；~open 没办结，~closed 办结了")
    days: str = Field("", description="month、last_month、quarter、year、last_year、~none")
    since: str = Field("", description="业务日期从哪天")
    until: str = Field("", description="业务日期到哪天")
    q: str = Field("", description="名称、拼音首字母或编号，台账允许怎么找就怎么找")
    late: str = Field("", description="on：只要补录的")
    subject: str = Field("", description="关于底册里的哪一条")


class NewEntry(Schema):
    """`place` may be left out where the subject has one."""

    values: dict[str, Any]
    place: str = ""
    subject: UUID | None = None
    parent: UUID | None = None


class Correction(Schema):
    """Only what changes. `version` is the one that was seen. null empties a field."""

    version: int
    reason: str
    values: dict[str, Any] = {}
    place: str = ""


class Removal(Schema):
    version: int
    reason: str


class TakingBack(Schema):
    commit: int = Field(description="提交号，在经过里")


class Receipt(Schema):
    """What a write left: where the entry stands now, and the commit that takes it back."""

    id: UUID
    ledger: str
    version: int
    commit: int
    state: str
    post: str | None
    due_on: date | None
    late: bool
    deleted: bool
    url: str


class StepOut(Schema):
    """A step that leads on from here. `open`: nothing shuts it; what `needs` lack can be sent."""

    id: str
    label: str
    to: str
    to_label: str
    role: str
    mine: bool
    open: bool
    fields: list[str]
    photos: int
    needs: list[NeedOut]


class MatterSteps(Schema):
    id: UUID
    version: int
    state: str
    state_label: str
    steps: list[StepOut]


class TakeStep(Schema):
    """`photos` are what sending a photo answered; `on_behalf_of` the user name of who did it."""

    version: int
    values: dict[str, Any] = {}
    photos: list[str] = []
    reason: str = ""
    on_behalf_of: str = ""


class PhotoOut(Schema):
    photo: str


class IndicatorOut(Schema):
    id: str
    name: str
    line: str
    kind: str
    unit: str
    ledgers: list[str]


class Covered(Schema):
    """Which places have given their word that they reported everything."""

    attested: list[str]
    missing: list[str]
    expected: int
    full: bool


class AsOf(Schema):
    commit: int
    at: datetime | None


class Part(Schema):
    measure: str
    value: str | None
    unit: str


class FigureOut(Schema):
    """A figure. `value` null: not known, which is never 0."""

    indicator: str
    name: str
    value: str | None
    unit: str
    parts: list[Part]
    place: str
    period: str
    as_of: AsOf
    coverage: Covered | None
    records: int | None
    records_url: str
    rows_url: str


class FigureRow(Schema):
    """A record that a figure was counted from, what it adds, and since which commit.

    `indicator` tells the two parts of a rate apart.
    """

    indicator: str
    commit: int
    amount: str | None
    entry: EntryOut


class FigureRows(Schema):
    """`hidden`: so many records of this page count in the figure and are not yours to read."""

    rows: list[FigureRow]
    hidden: int
    next: str | None
