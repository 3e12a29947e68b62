"""Matters as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "qianxian.matters"
    label = "matters"
    verbose_name = "事项"

    def ready(self) -> None:
        from qianxian.core import shell
        from qianxian.core.people import book
        from qianxian.ledgers import blocks, standing
        from qianxian.ledgers.household import panels
        from qianxian.matters import handing, opening, queries
        from qianxian.matters.block import above_block, block_of, hanging_block
        from qianxian.matters.household_block import monitoring_panels

        book.register(handing.matters_of_post, hanging=handing.open_count)
        standing.register(opening)
        shell.register_count("today", queries.pressing_count)
        for block in (above_block, block_of, hanging_block):
            blocks.register(block)
        panels.register(monitoring_panels)
