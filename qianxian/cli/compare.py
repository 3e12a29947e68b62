"""`compare`: the figures of several reports side by side. Imports no Django."""

from __future__ import annotations

from qianxian.cli.base import pack_folders, use_data
from qianxian_packs import load
from qianxian_reader._cli import compare_command


def main(argv: list[str]) -> int:
    use_data(None)
    return compare_command(argv, load(pack_folders()))
