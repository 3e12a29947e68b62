"""`web`: the web process alone, for sites that start their processes themselves."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any
from wsgiref.types import WSGIApplication

from qianxian.cli.balance import Balanced, Workload, shared_workload
from qianxian.cli.base import Parser, add_data, use_data
from qianxian.cli.lifeline import end_with_parent, end_with_server
from qianxian.cli.turns import Turns

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Bytes of the database that the system may map into a process: address space, not memory.
_MAPPED = 1 << 30


def main(argv: list[str]) -> int:
    parser = Parser("web", "只启动网页，不启动后台。")
    add_address(parser)
    parser.add_argument(
        "--threads", type=int, default=4, metavar="数", help="同时办几个请求；默认4"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=usual_workers(),
        metavar="数",
        help=f"几个进程同时办；这台机器默认{usual_workers()}",
    )
    parser.add_argument("--supervised", action="store_true", help="标准输入一关就停")
    add_data(parser)
    options = parser.parse_args(argv)
    use_data(options.data)
    if options.supervised:
        end_with_parent()
    serve(options.host, options.port, options.workers, options.threads)
    return 0


def add_address(parser: Parser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="默认8000")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="地址",
        help="默认只有本机能打开；0.0.0.0 让别的电脑也能",
    )


def usual_workers() -> int:
    """Two where there are two processors to do the work. On Windows the server has only one."""
    return 1 if sys.platform == "win32" else min(2, os.cpu_count() or 1)


def serve(host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "qianxian.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=5,
    ).serve(target_loader=partial(load, workers, shared_workload(workers)), wrap_loader=False)


def load(workers: int, workload: Workload | None) -> WSGIApplication:
    """The application, loaded in one of so many processes; it ends when the server does."""
    end_with_server()
    from qianxian.wsgi import application

    _settle()
    in_turns = Turns(application, at_once=pages_at_once(workers))
    if workload is None or not workload.take_place():
        return in_turns
    return Balanced(in_turns, workload)


def pages_at_once(workers: int) -> int:
    """How many pages one process makes beside each other. A second one computes while the first
    waits for the database, where there is a processor for both: PostgreSQL has its own."""
    from django.db import connection

    return 1 if connection.vendor == "sqlite" and workers > 1 else 2


def _settle() -> None:
    """Read the definitions before the first page asks, and leave what is loaded alone: looked
    through time and again for what is no longer used, it would hold pages up."""
    from django.db.backends.signals import connection_created

    from qianxian.core.definitions import catalogue

    if sys.platform != "win32":
        connection_created.connect(_map_file)
    catalogue.packs()
    gc.collect()
    gc.freeze()


def _map_file(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Read the database where the system keeps it. Each thread has a connection, which forgets all
    pages that it read with every save of another, and would copy them anew."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA mmap_size={_MAPPED}")
