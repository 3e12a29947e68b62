"""The commands `read`, `check` and `compare`, for the terminal. They never import the product."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from qianxian_reader._document import CatalogueLike, Document, Severity
from qianxian_reader._errors import ReaderError
from qianxian_reader._followup import Commitment, follow_up
from qianxian_reader._json import commitment_json, to_json
from qianxian_reader._sarif import to_sarif
from qianxian_reader._terminal import compared_table, figures_table, findings_list, followed_list

# The bytes of a .docx and what was found in it → the bytes with comments.
Commenter = Callable[[bytes, Document], bytes]

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


def check_command(
    argv: Sequence[str],
    load_catalogue: Callable[[], CatalogueLike] | None = None,
    commenter: Commenter | None = None,
) -> int:
    """Print what is wrong in reports. Status 1 on a finding that is an error, 2 on an unread file.

    No rule asks which indicator a figure is of, so the catalogue is loaded only where figures are
    printed. `commenter` puts findings as comments into a .docx; it comes from another library.
    """
    options = _check_parser(commenter is not None).parse_args(argv)
    catalogue = load_catalogue() if load_catalogue is not None and options.json else None
    documents, status = _read_all(options.files, catalogue, options.off)
    earlier, unread = _read_all(options.against[:1], None, ())
    status = status or unread
    followed = [follow_up(earlier[0], one) if earlier else () for one in documents]
    if options.sarif:
        sys.stdout.write(json.dumps(to_sarif(documents), ensure_ascii=False, indent=1) + "\n")
    else:
        for document, commitments in zip(documents, followed, strict=True):
            sys.stdout.write(_checked(document, commitments, as_json=options.json))
    if options.xlsx:
        from qianxian_reader._export import write_findings

        write_findings(documents, followed, options.xlsx)
    if commenter is not None and options.comments:
        status = _comment(commenter, options, documents) or status
    has_error = any(
        finding.severity is Severity.ERROR for one in documents for finding in one.findings
    )
    return status or int(has_error)


def compare_command(argv: Sequence[str], catalogue: CatalogueLike | None = None) -> int:
    """Line up the figures of the reports of a folder. Status 0, or 2 where a file is unread."""
    from qianxian_reader._compare import compare
    from qianxian_reader._compare_out import page, write_comparison

    parser = argparse.ArgumentParser(
        prog="qianxian compare", description="把几份报告的数字摆在一起"
    )
    parser.add_argument("folder", metavar="文件夹", type=Path)
    parser.add_argument("--xlsx", metavar="文件", type=Path, help="写成 Excel")
    parser.add_argument("--html", metavar="文件", type=Path, help="写成一张网页")
    parser.add_argument(
        "--least", type=int, default=2, metavar="N", help="至少几列里有的才列，默认2"
    )
    options = parser.parse_args(argv)
    files = sorted(str(path) for path in options.folder.glob("*") if path.is_file())
    if not files:
        sys.stderr.write(f"“{options.folder}”里没有文件。请写放报告的文件夹。\n")
        return _UNREAD
    documents, status = _read_all(files, catalogue, ())
    found = compare(documents, catalogue)
    if options.xlsx:
        write_comparison(found, options.xlsx, least=options.least)
    if options.html:
        options.html.write_text(page(found, least=options.least), encoding="utf-8")
    sys.stdout.write(compared_table(found, options.least))
    return status


def _check_parser(can_comment: bool) -> argparse.ArgumentParser:  # noqa: FBT001
    parser = argparse.ArgumentParser(prog="qianxian check", description="检查报告里的疑点")
    parser.add_argument("files", nargs="+", metavar="文件", help="docx、txt、pdf、html、xlsx、csv")
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="去年的报告",
        help="去年的计划今年怎么样了",
    )
    parser.add_argument("--json", action="store_true", help="每个文件一行 JSON")
    parser.add_argument("--sarif", action="store_true", help="SARIF 2.1.0，给编辑器用")
    parser.add_argument("--xlsx", metavar="文件", type=Path, help="把疑点写进一个 Excel 文件")
    if can_comment:
        parser.add_argument(
            "--comments", metavar="文件.docx", type=Path, help="把疑点作为批注写进一份 Word 副本"
        )
    parser.add_argument(
        "--off", action="append", default=[], metavar="规则", help="不用这条规则，如 S102"
    )
    return parser


def _checked(document: Document, commitments: Sequence[Commitment], *, as_json: bool) -> str:
    if as_json:
        plain = to_json(document)
        if commitments:
            plain["follow_up"] = [commitment_json(one) for one in commitments]
        return json.dumps(plain, ensure_ascii=False) + "\n"
    return findings_list(document) + followed_list(commitments)


def _comment(
    commenter: Commenter, options: argparse.Namespace, documents: Sequence[Document]
) -> int:
    if len(documents) != 1 or not options.files[0].lower().endswith(".docx"):
        sys.stderr.write("批注只能写进一份 .docx，请一次只给一份 Word 文件。\n")
        return _UNREAD
    data = Path(options.files[0]).read_bytes()
    options.comments.write_bytes(commenter(data, documents[0]))
    return 0


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


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "read": read_command,
    "check": check_command,
    "compare": compare_command,
}


def main(argv: Sequence[str]) -> int:
    """`python -m qianxian_reader read|check|compare ...`."""
    command = _COMMANDS.get(argv[0]) if argv else None
    if command is None:
        sys.stderr.write("用法：python -m qianxian_reader read|check|compare 文件……\n")
        return _UNREAD
    return command(argv[1:])
