"""The commands `read` and `check`, for the terminal. They never import the product."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from qianxian_reader._document import CatalogueLike, Document, Severity
from qianxian_reader._errors import ReaderError
from qianxian_reader._json import to_json
from qianxian_reader._terminal import figures_table, findings_list

_UNREAD = 2  # exit status where a file could not be read


def read_command(argv: Sequence[str], catalogue: CatalogueLike | None = None) -> int:
    """Print the figures of reports. Status 0, or 2 where a file could not be read."""
    parser = argparse.ArgumentParser(prog="qianxian read", description="读出报告里的数字")
    parser.add_argument("files", nargs="+", metavar="文件", help="docx、txt、pdf、html、xlsx、csv")
    parser.add_argument("--json", action="store_true", help="每个文件一行 JSON")
    parser.add_argument("--xlsx", metavar="文件", type=Path, help="把数字写进一个 Excel 文件")
    options = parser.parse_args(argv)
    documents, status = _read_all(options.files, catalogue, ())
    for document in documents:
        sys.stdout.write(_as_line(document) if options.json else figures_table(document))
    if options.xlsx:
        from qianxian_reader._export import write_xlsx

        write_xlsx(documents, options.xlsx)
    return status


def check_command(argv: Sequence[str], catalogue: CatalogueLike | None = None) -> int:
    """Print what is wrong in reports. Status 1 on a finding that is an error, 2 on an unread file."""
    parser = argparse.ArgumentParser(prog="qianxian check", description="检查报告里的疑点")
    parser.add_argument("files", nargs="+", metavar="文件", help="docx、txt、pdf、html、xlsx、csv")
    parser.add_argument("--json", action="store_true", help="每个文件一行 JSON")
    parser.add_argument(
        "--off", action="append", default=[], metavar="规则", help="不用这条规则，如 S102"
    )
    options = parser.parse_args(argv)
    documents, status = _read_all(options.files, catalogue, options.off)
    for document in documents:
        sys.stdout.write(_as_line(document) if options.json else findings_list(document))
    has_error = any(
        finding.severity is Severity.ERROR for one in documents for finding in one.findings
    )
    return status or int(has_error)


def _read_all(
    files: Sequence[str], catalogue: CatalogueLike | None, switched_off: Sequence[str]
) -> tuple[list[Document], int]:
    from qianxian_reader._read import read

    documents, status = [], 0
    for name in files:
        path = Path(name)
        try:
            data = path.read_bytes()
            documents.append(read(data, path.name, catalogue=catalogue, switched_off=switched_off))
        except OSError as error:
            sys.stderr.write(f"打不开“{name}”：{error.strerror}。\n")
            status = _UNREAD
        except ReaderError as error:
            sys.stderr.write(f"{error.sentence}\n")
            status = _UNREAD
    return documents, status


def _as_line(document: Document) -> str:
    return json.dumps(to_json(document), ensure_ascii=False) + "\n"


_COMMANDS = {"read": read_command, "check": check_command}


def main(argv: Sequence[str]) -> int:
    """`python -m qianxian_reader read|check ...`."""
    command = _COMMANDS.get(argv[0]) if argv else None
    if command is None:
        sys.stderr.write("用法：python -m qianxian_reader read|check 文件……\n")
        return _UNREAD
    return command(argv[1:])
