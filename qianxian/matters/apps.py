"""Matters as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "qianxian.matters"
    label = "matters"
    verbose_name = "事项"

    def ready(self) -> None:
        from qianxian.core import shell
        from qianxian.ledgers import blocks, standing
        from qianxian.matters import opening, queries
        from qianxian.matters.block import block_of

        standing.register(opening)
        shell.register_count("today", queries.pressing_count)
        blocks.register(block_of)
