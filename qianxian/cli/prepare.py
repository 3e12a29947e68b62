"""`prepare`: bring the database up to this version, and make the demo in an empty one."""

from __future__ import annotations

from datetime import datetime

from qianxian.cli.base import Parser, add_data, say, start_django


def main(argv: list[str]) -> int:
    parser = Parser("prepare", "建库或升级数据库；库是空的就做演示数据。")
    parser.add_argument("--no-demo", action="store_true", help="不做演示数据")
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from django.utils import timezone

    now = timezone.now()
    migrate()
    if not options.no_demo and is_empty():
        make_demo(now)
    record_definitions(now)
    tell_accounts()
    return 0


def migrate() -> None:
    """Apply what is not applied. Looking takes a tenth of what an idle `migrate` takes."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("正在建库或升级数据库……")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def is_empty() -> bool:
    from qianxian.core.models import Place, User

    return not Place.objects.exists() and not User.objects.exists()


def make_demo(now: datetime) -> None:
    from django.utils import timezone

    from qianxian.demo import make_demo as make

    say("数据库是空的，正在做演示数据……")
    make(timezone.localdate(now), say)


def record_definitions(now: datetime) -> None:
    """Put packs that changed since the last start into each township's stream."""
    from qianxian.core.commits import Actor
    from qianxian.core.definitions import record_definitions as record
    from qianxian.core.models import Place

    for township in Place.objects.filter(level=Place.Level.TOWNSHIP):
        if record(township=township, by=Actor("system", "系统"), at=now):
            say(f"{township}：条线包有更新，已记入提交链。")


def tell_accounts() -> None:
    """The demo's accounts, while there are any. They work on this machine alone."""
    from qianxian.core.models import User

    if not User.objects.filter(is_demo=True).exists():
        return
    from qianxian.demo import ACCOUNTS

    say("演示账号（只能在这台电脑上用）：")
    for account in ACCOUNTS:
        say(f"  {account}")
