"""`ledger`: look into a workbook: what ledger it is, and what importing its rows would give.

Imports no Django and changes no database. An accepted proposal is kept in the data folder under
its id, so that later files are read by it.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from qianxian.cli.base import Parser, add_data, complain, data_folder, pack_folders, use_data
from qianxian_packs import Ledger, load
from qianxian_tables import (
    Places,
    Proposal,
    TableError,
    import_to_json,
    infer,
    open_book,
    read_rows,
)

_UNREAD = 2
_PLACES = "places.csv"
_NO_PLACES = "code,name\n"


def main(argv: list[str]) -> int:
    parser = Parser("ledger", "看一张台账表：像一本什么台账，导进来会怎样。不改数据库。")
    parser.add_argument("action", choices=["infer", "import"], metavar="infer|import")
    parser.add_argument("file", metavar="文件", type=Path, help=".xlsx、.xls、.csv")
    parser.add_argument("--accept", metavar="编号", help="infer：把拟定的台账按这个编号存下来")
    parser.add_argument("--ledger", metavar="编号", help="import：按哪本台账读；不写就当场认")
    parser.add_argument(
        "--places", metavar="文件", type=Path, help=f"村名表；默认找旁边的 {_PLACES}"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="import：只看，不存（现在只有这一种）"
    )
    parser.add_argument("--json", action="store_true", help="一行 JSON")
    add_data(parser)
    options = parser.parse_args(argv)
    use_data(options.data)
    try:
        told, lines = _infer(options) if options.action == "infer" else _import(options)
    except OSError as error:
        complain(f"打不开“{error.filename}”：{error.strerror}。")
        return _UNREAD
    except TableError as error:
        complain(error.sentence)
        return _UNREAD
    except LookupError:
        complain(f"没有“{options.ledger}”这本台账。先用 ledger infer --accept 存一本。")
        return _UNREAD
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n" if options.json else lines)
    return 0


def _infer(options: Namespace) -> tuple[dict[str, Any], str]:
    places = _places(options.places, options.file)
    proposal = infer(open_book(options.file.read_bytes(), options.file.name), places)
    if options.accept:
        _keep(options.accept, proposal)
    return proposal.to_json(), _columns(proposal)


def _import(options: Namespace) -> tuple[dict[str, Any], str]:
    places = _places(options.places, options.file)
    book = open_book(options.file.read_bytes(), options.file.name)
    definition = _definition(options.ledger) if options.ledger else infer(book, places)
    told = import_to_json(read_rows(book, definition, places))
    return told, _rows(told)


def _places(named: Path | None, file: Path) -> Places:
    """The village names: of the file that is named, else of one beside or above the workbook."""
    around = (folder / _PLACES for folder in list(file.absolute().parents)[:2])
    found = named or next((path for path in around if path.is_file()), None)
    return Places.from_csv(found.read_text("utf-8-sig") if found else _NO_PLACES)


def _kept(name: str) -> Path:
    return data_folder() / "proposals" / f"{Path(name).name}.json"


def _keep(name: str, proposal: Proposal) -> None:
    path = _kept(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(proposal.to_json(), ensure_ascii=False), encoding="utf-8")


def _definition(name: str) -> Proposal | Ledger:
    """An accepted proposal, else a ledger of the packs. Errors: LookupError."""
    path = _kept(name)
    if path.is_file():
        return Proposal.from_json(json.loads(path.read_text("utf-8")))
    return load(pack_folders()).ledgers[name]


def _columns(proposal: Proposal) -> str:
    lines = [f"{proposal.title or '没有标题'}：{len(proposal.columns)}列"]
    for column in proposal.columns:
        unit = f"（{column.unit}）" if column.unit else ""
        choices = f"：{'、'.join(column.choices)}" if column.choices else ""
        lines.append(f"  {column.name}{unit}  {column.type}{choices}")
    return "\n".join(lines) + "\n"


def _rows(told: dict[str, Any]) -> str:
    rows, faults = told["rows"], told["findings"]
    held = sum(row["status"] == "rejected" for row in rows)
    lines = [f"数据{len(rows)}行，能导{len(rows) - held}行，要先改{held}行；毛病{len(faults)}处"]
    lines += [f"  {one['sheet']} {one['cell']} {one['message']}" for one in faults]
    return "\n".join(lines) + "\n"
