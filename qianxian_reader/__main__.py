"""Run the reader alone: python -m qianxian_reader read|check FILE..."""

from __future__ import annotations

import sys

from qianxian_reader._cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
