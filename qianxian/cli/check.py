"""`check`: list what is wrong in reports, with the names of this site's indicators. Imports no Django."""

from __future__ import annotations

from qianxian.cli.base import pack_folders, use_data
from qianxian_packs import load
from qianxian_reader._cli import check_command


def main(argv: list[str]) -> int:
    use_data(None)
    return check_command(argv, load(pack_folders()))
