"""The commands of `python -m qianxian`, one module a command.

Each has `main(argv) -> int`. Modules whose command needs no database import no Django.
"""

from __future__ import annotations
