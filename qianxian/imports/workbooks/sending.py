"""Sending out: one workbook a village and ledger, several of them in a zip."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core.commits import head_number
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.imports.workbooks import signing
from qianxian.imports.workbooks.layout import Layout, Shown, cell_of, layout_of
from qianxian.imports.workbooks.models import Workbook
from qianxian.imports.workbooks.writing import OutRow, how_to_fill, workbook_of
from qianxian.ledgers import privacy
from qianxian.ledgers.display import names_in
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import villages_of
from qianxian_packs import Ledger

MOST_ROWS = 5_000
_BLANK = 30


def villages_for(user: User, ledger: Ledger, on: date) -> list[Place]:
    """The standing villages whose workbook of this ledger the user may send and take back."""
    found = villages_of(user, Permission.ENTRY_EDIT, on)
    own = {v.pk: v for line in ("", ledger.line) for v in found.get(line, [])}
    is_kept = ledger.place in ("village", "group") and not ledger.archived
    return [own[code] for code in sorted(own)] if is_kept else []


def file_name(ledger: Ledger, village: Place, on: date) -> str:
    return f"{village}-{ledger.name.removesuffix('台账')}-{on}.xlsx"


def write_workbook(*, ledger: Ledger, village: Place, by: User, at: datetime) -> bytes:
    """A workbook of the present entries of a village; that it went out is kept.

    Raises NotVisible where the user may not record in this village.
    """
    day = timezone.localdate(at)
    if village not in villages_for(by, ledger, day):
        raise NotVisible("没有这个村的这本台账，或者不归你的岗位记。")
    layout, township = layout_of(ledger, village), township_of(village)
    # Before the entries are read: what others save meanwhile counts as saved after it went out.
    head = head_number(township)
    entries = _entries(layout, by, day)
    if len(entries) > MOST_ROWS:
        raise UserError(f"{village}的{ledger.name}有 {len(entries):,} 条，一份工作簿装不下。")
    with transaction.atomic():
        book = Workbook.objects.create(
            ledger=ledger.id, village=village, township=township, by=by, at=at, head=head
        )
        rows = _rows(layout, book, entries, by, day)
        book.rows = {
            row.entry.hex: [row.version, _identity(layout, row.cells)]
            for row in rows
            if row.version
        }
        book.save(update_fields=["rows"])
    blank = len(rows) - len(entries)
    return workbook_of(
        layout,
        rows,
        signature=signing.signature(book),
        title=f"{village} {ledger.name}（{day} 发出）",
        how=how_to_fill(layout, len(entries), blank, str(day)),
    )


def write_workbooks(
    *, ledger: Ledger, villages: Sequence[Place], by: User, at: datetime
) -> tuple[str, bytes]:
    """(name, bytes) of one workbook, or of a zip with one for each village."""
    if not villages:
        raise UserError("还没选村。请至少选一个。")
    day = timezone.localdate(at)
    made = [
        (file_name(ledger, v, day), write_workbook(ledger=ledger, village=v, by=by, at=at))
        for v in villages
    ]
    if len(made) == 1:
        return made[0]
    return f"{ledger.name.removesuffix('台账')}-{len(made)}个村-{day}.zip", _zipped(made)


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            # A name that is not ASCII is flagged as UTF-8 by the library.
            archive.writestr(name, data)
    return out.getvalue()


def _entries(layout: Layout, by: User, day: date) -> list[Entry]:
    rows = Entry.objects.visible_to(by, day).present()
    within = Place.objects.within(layout.village.path).values("code")
    found = rows.filter(ledger=layout.ledger.id, place__in=within)
    found = found.select_related("place", "subject").order_by("place", "title", "on", "pk")
    return list(found[: MOST_ROWS + 1])


def _rows(
    layout: Layout, book: Workbook, entries: Sequence[Entry], by: User, day: date
) -> list[OutRow]:
    names = names_in(layout.ledger, (entry.data for entry in entries), user=by, on=day)
    fields = [f.name for f in layout.ledger.fields if f.private]
    private = privacy.read_many([entry.pk for entry in entries], fields)
    rows = []
    for entry in entries:
        shown = Shown(names, private.get(entry.pk, {}))
        key = signing.row_key(book.pk, entry.pk, entry.version)
        cells = out_cells(layout, entry, shown)
        rows.append(OutRow(key, entry.pk, entry.version, entry.state, cells))
    return [*rows, *_blank_rows(layout, book, len(entries))]


def out_cells(layout: Layout, entry: Entry, shown: Shown) -> tuple[Any, ...]:
    """The cells of a row, in the order of the columns. What the next step asks for goes out empty."""
    return tuple(
        None
        if column.opens == "step" and layout.opens_at(column, entry.state)
        else cell_of(
            layout,
            column,
            entry.data,
            place=entry.place,
            subject=entry.subject,
            state=entry.state,
            shown=shown,
        )
        for column in layout.columns
    )


def _blank_rows(layout: Layout, book: Workbook, count: int) -> list[OutRow]:
    if not layout.takes_new:
        return []
    keys = (uuid.uuid4() for _ in range(max(_BLANK, count // 5)))
    return [OutRow(signing.row_key(book.pk, key, 0), key, 0, None) for key in keys]


def _identity(layout: Layout, cells: Sequence[Any]) -> str:
    known_by = layout.known_by
    texts = [
        str(value if value is not None else "")
        for column, value in zip(layout.columns, cells, strict=True)
        if column.target in known_by
    ]
    return signing.identity(texts)
