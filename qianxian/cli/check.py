"""`check`: list what is wrong in reports. Imports no Django, and no packs unless figures are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qianxian.cli.base import pack_folders, use_data
from qianxian_reader import Document
from qianxian_reader._cli import check_command

if TYPE_CHECKING:
    from qianxian_packs import Catalogue


def main(argv: list[str]) -> int:
    use_data(None)
    return check_command(argv, catalogue, commented)


# What follows is asked for seldom, and to import it takes longer than to check a report.


def catalogue() -> Catalogue:
    from qianxian_packs import load

    return load(pack_folders())


def commented(data: bytes, document: Document) -> bytes:
    """The .docx with each finding as a comment at the words that it is about."""
    from qianxian_documents import Remark, add_comments

    remarks = [
        Remark(span.line, span.start, span.end, f"{finding.message}（{finding.rule}）")
        for finding in document.findings
        for span in finding.spans[:1]
    ]
    return add_comments(data, remarks, author="千线", initials="千")
