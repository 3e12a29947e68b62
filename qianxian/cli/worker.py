"""`worker`: the background process alone, for sites that start their processes themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as Clock

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

    register_jobs()
    run()
    return 0


def register_jobs() -> None:
    """What is due again and again, from whichever room. A room may register its own as well."""
    from qianxian.cli import lake, verify
    from qianxian.core.worker import register_periodic
    from qianxian.matters import reminding
    from qianxian.matters.sweeping import sweep

    register_periodic("verify", timedelta(days=1), verify.nightly, at=Clock(2))
    register_periodic("lake", timedelta(days=1), lake.nightly, at=Clock(3))
    # A day begins at midnight, and a computer that was off then catches up within the hour.
    register_periodic("escalate", timedelta(hours=1), sweep)
    register_periodic("remind", timedelta(days=1), reminding.make_mails, at=Clock(7, 30))
    register_periodic("mail", timedelta(minutes=5), reminding.send_waiting)
    register_periodic("seal", timedelta(minutes=5), seal_lakes)


def seal_lakes(now: datetime) -> list[str]:
    """Seal each township's lake where its tail has grown long."""
    from qianxian.core.models import Place
    from qianxian.indicators.lake import seal_due

    townships = Place.objects.filter(level=Place.Level.TOWNSHIP)
    return [f"{place.pk} {ledger}" for place in townships for ledger in seal_due(place)]
