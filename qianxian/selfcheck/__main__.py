"""The child process of the check: settings first, then everything that needs them."""

from __future__ import annotations

import sys

import django

from qianxian.selfcheck._options import parse


def main() -> int:
    django.setup()
    from qianxian.selfcheck._loop import run

    return run(parse(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
