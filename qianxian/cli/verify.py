"""`verify`: walk every commit stream and compare the present entries with it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from qianxian.cli.base import Parser, add_data, say, start_django

if TYPE_CHECKING:
    from qianxian.core.models import Stream
    from qianxian.core.verify import Fault

log = logging.getLogger(__name__)

# More than these are not worth listing one by one.
_LISTED = 200


def main(argv: list[str]) -> int:
    parser = Parser("verify", "核对提交链和现有记录。有对不上的，逐条说出来并返回1。")
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    from qianxian.core.models import Stream
    from qianxian.core.verify import strays

    streams = Stream.objects.select_related("township").defer("head_digest")
    found = [fault for stream in streams for fault in _told(stream)]
    found += _listed(strays())
    if found:
        say(f"有{len(found)}处对不上。不要再录，先备份，再找管理员和上一份备份比。")
    elif not streams:
        say("还没有提交，没有可核对的。")
    else:
        say("全部对得上。")
    return 1 if found else 0


def _listed(found: Iterable[Fault]) -> Iterator[Fault]:
    """Say each, but not thousands of them."""
    for number, fault in enumerate(found):
        if number < _LISTED:
            say(f"  {fault}")
        elif number == _LISTED:
            say("  ……后面的不再逐条列出。")
        yield fault


def _told(stream: Stream) -> Iterator[Fault]:
    say(f"{stream.township}：{stream.head_number}次提交……")
    found = list(_listed(faults(stream)))
    if not found:
        # Worth noting elsewhere: whoever can rewrite the whole chain cannot rewrite the note.
        say(f"  最后一号提交的校验码：{stream.head_digest}")
    yield from found


def faults(stream: Stream) -> Iterator[Fault]:
    """All that is wrong in one township: in its history, then in its present entries."""
    from qianxian.core.verify import verify
    from qianxian.ledgers.verify import verify_entries

    yield from verify(stream)
    yield from verify_entries(stream.township.path)


def nightly(now: datetime) -> list[str]:
    """The same for all streams as a job; what it returns is kept with the job."""
    from qianxian.core.models import Stream
    from qianxian.core.verify import strays

    streams = Stream.objects.select_related("township").defer("head_digest")
    found = [str(fault) for stream in streams for fault in faults(stream)]
    found += map(str, strays())
    for fault in found[:_LISTED]:
        log.error("verify: %s", fault)
    return found[:_LISTED]
