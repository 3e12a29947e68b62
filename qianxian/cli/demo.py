"""`demo`: make the demo's township, in a database that has none."""

from __future__ import annotations

from qianxian.cli.base import start_django


def main(argv: list[str]) -> int:
    start_django()
    from qianxian.demo import command

    return command(argv)
