"""`lake`: make the files that figures are computed from anew, from the commit stream."""

from __future__ import annotations

from datetime import datetime

from qianxian.cli.base import Parser, add_data, say, start_django


def main(argv: list[str]) -> int:
    parser = Parser("lake", "从提交流重做数据湖。数字不变；文件坏了、硬盘换了的时候用。")
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from qianxian.core.models import Place
    from qianxian.indicators.lake import rebuild

    for township in Place.objects.filter(level=Place.Level.TOWNSHIP):
        say(f"{township}：重做了{len(rebuild(township))}本台账。")
    return 0


def nightly(now: datetime) -> list[str]:
    """Look after all lakes as a job; what it returns is kept with the job."""
    from qianxian.core.models import Place
    from qianxian.indicators.lake import tend

    townships = Place.objects.filter(level=Place.Level.TOWNSHIP)
    return [line for township in townships for line in tend(township)]
