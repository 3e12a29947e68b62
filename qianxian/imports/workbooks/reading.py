"""A workbook as it came back: which rows it has, whatever people did to its columns and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qianxian.core.errors import UserError
from qianxian.imports.columns import plain
from qianxian.imports.workbooks import signing
from qianxian.imports.workbooks.layout import KEY, Layout
from qianxian.imports.workbooks.signing import RowKey
from qianxian.imports.workbooks.writing import HOW_SHEET, LISTS_SHEET, SIGN_SHEET
from qianxian_tables import Book, Sheet, TableError, letter, open_book

_OWN_SHEETS = (HOW_SHEET, LISTS_SHEET, SIGN_SHEET)
_HEAD_WITHIN = 30
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class BackRow:
    """A row with its cells by target. `errors` are targets whose formula failed."""

    number: int
    key: RowKey | None
    cells: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BackSheet:
    """The data of a returned workbook. `letters` says in which column a target stands."""

    rows: Sequence[BackRow]
    letters: Mapping[str, str]
    told: Sequence[str] = ()


def opened(data: bytes, name: str) -> Book:
    """Raises UserError with a sentence for a file that cannot be read."""
    try:
        return open_book(data, name)
    except TableError as error:
        raise UserError(error.sentence) from error


def number_of(book: Book) -> int:
    """The number of the workbook that this was. Raises UserError where it cannot be told, or where
    another site wrote it."""
    texts = list(_texts(book))
    signs = [sign for sign in map(signing.read_signature, texts) if sign]
    keys = [key for key in map(signing.read_row_key, texts) if key]
    if signs and not signs[0][1]:
        raise UserError(
            "这份工作簿的签名对不上：不是这里发出的，或者签名页改过。没有收。请重新下载一份，把改的抄过去。"
        )
    genuine = Counter(key.workbook for key in keys if key.is_genuine)
    if signs:
        return signs[0][0]
    if genuine:
        return genuine.most_common(1)[0][0]
    if keys:
        raise UserError("这份工作簿的编号对不上：不是这里发出的，或者编号列改过。没有收。")
    raise UserError(
        "认不出这是哪一份发出去的工作簿：签名页和编号列都没有了。"
        "在下面“发出去的”里找到这个村，从那里收。要是自己做的表，请用“导入 Excel”。"
    )


def _texts(book: Book) -> Iterator[Any]:
    for sheet in sorted(book, key=lambda each: each.name != SIGN_SHEET):
        for row in sheet.rows:
            yield from (cell for cell in row if isinstance(cell, str))


def read_back(book: Book, layout: Layout) -> BackSheet:
    """The rows of the data sheet, found by its hidden row of names, or by its headers."""
    sheet = _data_sheet(book, layout)
    names_row = _best_row(sheet, {column.target: column.target for column in layout.columns}, str)
    labels = {plain(c.header): c.target for c in layout.columns}
    labels |= {plain(c.label): c.target for c in layout.columns}
    head_row = _best_row(sheet, labels, plain)
    if not names_row and not head_row:
        raise UserError(f"“{sheet.name}”里找不到表头了。请重新下载一份，把改的抄过去再传。")
    targets = _columns(sheet, names_row, head_row, labels)
    first = (head_row or names_row) + 1
    heads = frozenset(c for c in sheet.rows[head_row - 1] if isinstance(c, str)) if head_row else ()
    rows = list(_rows(sheet, targets, range(first, len(sheet.rows) + 1), names_row, heads))
    letters = {target: letter(column) for column, target in targets.items()}
    return BackSheet(rows, letters, list(_told(layout, sheet, names_row, letters, rows)))


def _data_sheet(book: Book, layout: Layout) -> Sheet:
    """The sheet with most row keys; without any, the one that is called or headed so."""
    labels = {plain(c.header): c.target for c in layout.columns}
    others = [sheet for sheet in book if sheet.name not in _OWN_SHEETS] or list(book)

    def rank(sheet: Sheet) -> tuple[int, int]:
        keys = sum(signing.read_row_key(c) is not None for row in sheet.rows for c in row)
        heads = max((_hits(row, labels, plain) for row in sheet.rows[:_HEAD_WITHIN]), default=0)
        return keys, heads

    return max(others, key=rank)


def _hits(row: Sequence[Any], known: Mapping[str, str], read: Any) -> int:
    return len({read(cell) for cell in row if isinstance(cell, str) and read(cell) in known})


def _best_row(sheet: Sheet, known: Mapping[str, str], read: Any) -> int:
    """Number of the row that holds most of these words, 0 where none holds enough."""
    near = sheet.rows if read is str else sheet.rows[:_HEAD_WITHIN]
    counted = [(_hits(row, known, read), -n) for n, row in enumerate(near, start=1)]
    hits, number = max(counted, default=(0, 0))
    return -number if hits >= min(_FEWEST, len(known)) else 0


def _columns(
    sheet: Sheet, names_row: int, head_row: int, labels: Mapping[str, str]
) -> dict[int, str]:
    """Column → target: by the hidden names; by the header where a name is missing; by its keys."""
    named = set(labels.values())
    found: dict[int, str] = {}
    for column in range(1, sheet.width + 1):
        own = str(sheet.value(names_row, column) or "")
        header = plain(str(sheet.value(head_row, column) or ""))
        target = own if own in named else labels.get(header, "")
        if target and target not in found.values():
            found[column] = target
    if KEY not in found.values():
        keyed = Counter(
            column
            for row in sheet.rows
            for column, cell in enumerate(row, start=1)
            if signing.read_row_key(cell)
        )
        if keyed:
            found[keyed.most_common(1)[0][0]] = KEY
    return found


def _rows(
    sheet: Sheet,
    targets: Mapping[int, str],
    numbers: Iterable[int],
    names_row: int,
    heads: Collection[str],
) -> Iterator[BackRow]:
    merged = _merged(sheet)
    for number in numbers:
        row = sheet.rows[number - 1]
        # The hidden names may have been sorted in among the rows; a header may be printed again.
        if number == names_row or len({c for c in row if c in heads}) > _FEWEST:
            continue
        cells: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for column, target in targets.items():
            at = merged.get((number, column), (number, column))
            value = sheet.value(*at)
            if (number, column) in sheet.errors:
                errors[target], value = sheet.errors[(number, column)], None
            cells[target] = value.strip() or None if isinstance(value, str) else value
        key = signing.read_row_key(cells.pop(KEY, None))
        if key or any(value is not None for value in cells.values()):
            yield BackRow(number, key, cells, errors)


def _merged(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells below the first of a column that was merged downwards → that first cell."""
    return {
        (row, area.left): (area.top, area.left)
        for area in sheet.merged
        for row in range(area.top + 1, area.bottom + 1)
    }


def _told(
    layout: Layout,
    sheet: Sheet,
    names_row: int,
    letters: Mapping[str, str],
    rows: Sequence[BackRow],
) -> Iterator[str]:
    """What happened to the sheet on its way, so that nobody wonders."""
    gone = [c.label for c in layout.columns if c.opens and c.target not in letters]
    if gone:
        yield f"表里没有{'、'.join(gone)}这{len(gone)}栏了，这些栏当作没改。"
    if not names_row:
        yield "表头上面那一行暗号没有了，各栏按表头的字认。"
    if not any(row.key for row in rows):
        yield "编号那一列没有了，每一行按台账自己的编号和名字认。"
    if any(row.key and not row.key.is_genuine for row in rows):
        yield "有的行编号改过，那几行按台账自己的编号和名字认。"
    if any(area.bottom > area.top for area in sheet.merged):
        yield "有合并的格，合并在一起的几行都按最上面那一格算。"
