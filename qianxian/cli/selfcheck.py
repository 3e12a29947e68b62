"""`selfcheck`: walk the whole loop once, from a report read to a report written."""

from __future__ import annotations

from qianxian.cli.base import ROOT, read_env_file


def main(argv: list[str]) -> int:
    read_env_file(ROOT / ".env")
    from qianxian.selfcheck import command

    return command(argv)
