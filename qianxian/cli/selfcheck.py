"""`selfcheck`: walk the whole loop once, from a report read to a report written."""

from __future__ import annotations

from qianxian.cli.base import use_data


def main(argv: list[str]) -> int:
    use_data(None)
    from qianxian.selfcheck import command

    return command(argv)
