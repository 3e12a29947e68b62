"""`prepare`: bring the database up to this version, and make the demo in an empty one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from qianxian.cli.base import Parser, add_data, complain, say, start_django
from qianxian.cli.prepared import leave_note


def main(argv: list[str]) -> int:
    parser = Parser("prepare", "建库或升级数据库；库是空的就做演示数据。")
    parser.add_argument("--no-demo", action="store_true", help="不做演示数据")
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from django.utils import timezone

    now = timezone.now()
    if problems := what_is_wrong_with_packs():
        complain("\n".join([*problems, "条线包有错，没有启动。都改好了再来一次。"]))
        return 2
    migrate()
    if not options.no_demo and is_empty():
        make_demo(now)
    record_definitions(now)
    index_filters()
    accounts = demo_accounts()
    leave_note(accounts)
    tell(accounts)
    return 0


def what_is_wrong_with_packs() -> list[str]:
    from qianxian.core.definitions import catalogue
    from qianxian_packs import PacksInvalid

    try:
        catalogue.packs()
    except PacksInvalid as error:
        return [str(one) for one in error.errors]
    return []


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


def index_filters() -> None:
    """An index for each field that the packs let filter; nothing to do on most starts."""
    from qianxian.core.definitions import catalogue
    from qianxian.ledgers.indexes import ensure_indexes

    ensure_indexes(catalogue().ledgers.values())


def demo_accounts() -> list[str]:
    """One line an account of the demo, while there are any."""
    from qianxian.core.models import User

    if not User.objects.filter(is_demo=True).exists():
        return []
    from qianxian.demo import ACCOUNTS

    return [str(account) for account in ACCOUNTS]


def tell(accounts: Iterable[str]) -> None:
    for number, account in enumerate(accounts):
        if number == 0:
            say("演示账号（只能在这台电脑上用）：")
        say(f"  {account}")
