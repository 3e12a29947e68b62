"""What the check was called with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from qianxian.cli.base import Parser

SAMPLE = Path(__file__).with_name("sample.txt")
INJECTIONS = ("entry", "figure")


@dataclass(frozen=True, slots=True)
class Options:
    """The report to go round with, and which fault to put in.

    seed   decides where the fault is put
    """

    report: Path
    inject: str = ""
    seed: int = 1


def parse(argv: list[str]) -> Options:
    parser = Parser(
        "selfcheck",
        "把整条链走一遍：读报告、定计划、记台账、办事项、算数、写报告、再读回来核对。"
        "用的是临时的库，不碰你的数据。都对返回0，有一处不对返回1。",
    )
    parser.add_argument("report", nargs="?", metavar="报告", help="用哪份报告；不写就用自带的一份")
    parser.add_argument(
        "--inject",
        choices=INJECTIONS,
        help="故意弄坏一处，看查不查得出来：entry 一条记录，figure 报告里一个数",
    )
    parser.add_argument("--seed", type=int, default=1, help="弄坏哪一处；换一个数换一处")
    return _checked(parser, parser.parse_args(argv))


def _checked(parser: Parser, found: argparse.Namespace) -> Options:
    report = Path(found.report) if found.report else SAMPLE
    if not report.is_file():
        parser.error(f"没有这个文件：{report}")
    return Options(report.absolute(), found.inject or "", found.seed)
