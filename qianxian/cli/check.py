"""`check`: list what is wrong in reports, with the names of this site's indicators. Imports no Django."""

from __future__ import annotations

from qianxian.cli.base import pack_folders, use_data
from qianxian_documents import Remark, add_comments
from qianxian_packs import load
from qianxian_reader import Document
from qianxian_reader._cli import check_command


def main(argv: list[str]) -> int:
    use_data(None)
    return check_command(argv, load(pack_folders()), commented)


def commented(data: bytes, document: Document) -> bytes:
    """The .docx with each finding as a comment at the words that it is about."""
    remarks = [
        Remark(span.line, span.start, span.end, f"{finding.message}（{finding.rule}）")
        for finding in document.findings
        for span in finding.spans[:1]
    ]
    return add_comments(data, remarks, author="千线", initials="千")
