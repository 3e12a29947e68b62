"""`django`: the management commands of Django, as manage.py would run them."""

from __future__ import annotations

from qianxian.cli.base import start_django


def main(argv: list[str]) -> int:
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["python -m qianxian django", *argv])
    return 0
