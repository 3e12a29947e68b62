"""`worker`: the background process alone, for sites that start their processes themselves."""

from __future__ import annotations

from qianxian.cli.base import Parser, add_data, start_django
from qianxian.cli.lifeline import end_with_parent


def main(argv: list[str]) -> int:
    parser = Parser("worker", "只启动后台：排队的活，还有每晚的核对。")
    parser.add_argument("--supervised", action="store_true", help="标准输入一关就停")
    add_data(parser)
    options = parser.parse_args(argv)
    if options.supervised:
        end_with_parent()
    start_django(options.data)
    from qianxian.core.worker import run

    run()
    return 0
