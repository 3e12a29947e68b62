"""`python -m qianxian demo`: make the demo in an empty database."""

from __future__ import annotations

import argparse
import time

from django.utils import timezone

from qianxian.cli.base import Parser, complain, say
from qianxian.core.models import Place, User
from qianxian.demo._accounts import ACCOUNTS
from qianxian.demo._make import make_demo
from qianxian.demo._scale import LARGE, LEAST, NORMAL, SMALL

_SIZES = {"small": SMALL, "normal": NORMAL, "large": LARGE}
MOST = 500_000


def size_of(text: str) -> int:
    """What stands behind `--size`: a word, 0 or 1, or about how many entries."""
    size = _SIZES.get(text)
    if size is None and text.isdecimal():
        size = int(text)
    if size not in (SMALL, NORMAL) and not (size and LEAST <= size <= MOST):
        raise argparse.ArgumentTypeError(
            f"写small、normal、large，或者{LEAST}到{MOST}之间的条数，不能写“{text}”"
        )
    return size


def command(argv: list[str]) -> int:
    """Make the demo; 1 where the database holds something already."""
    parser = Parser("demo", "在空库里做一套演示数据：一个虚构的镇，两年的记录。")
    parser.add_argument(
        "--size",
        type=size_of,
        default=NORMAL,
        help="大小：small最小，normal一个镇（不写就是它），large约6万条，或者写要多少条，如60000",
    )
    parser.add_argument("--seed", type=int, default=2026, help="换一个数，换一套编出来的数据")
    options = parser.parse_args(argv)
    from qianxian.cli.prepare import migrate

    migrate()
    if Place.objects.exists() or User.objects.exists():
        complain("库里已经有数据，没有动。演示数据只能做在空库里：换一个数据文件夹再来。")
        return 1
    started = time.perf_counter()
    make_demo(timezone.localdate(), say, size=options.size, seed=options.seed)
    say(f"用了{time.perf_counter() - started:.0f}秒。演示账号（只能在这台电脑上用）：")
    for account in ACCOUNTS:
        say(f"  {account}")
    return 0
