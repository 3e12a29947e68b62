"""Ledgers as a Django app."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "qianxian.ledgers"
    label = "ledgers"
    verbose_name = "台账"

    def ready(self) -> None:
        from qianxian.core import shell
        from qianxian.core.people import book
        from qianxian.core.place_events import followers
        from qianxian.core.worker import register_periodic
        from qianxian.ledgers import blocks
        from qianxian.ledgers.handing import attestations_of_post
        from qianxian.ledgers.household import panels
        from qianxian.ledgers.household.entry_page import membership_block, page_block
        from qianxian.ledgers.privacy import mark_older
        from qianxian.ledgers.registers.block import merged_block, standing_block, standing_panel
        from qianxian.ledgers.registers.moving import LedgerFollowers
        from qianxian.ledgers.requests.block import requests_block
        from qianxian.ledgers.requests.reading import number_to_decide

        book.register(attestations_of_post)
        followers.register(LedgerFollowers())
        register_periodic("mark_identity_numbers", timedelta(minutes=10), mark_older)
        blocks.register(merged_block)
        blocks.register(requests_block)
        blocks.register(page_block)
        blocks.register(standing_block)
        panels.register(standing_panel)
        shell.register_count("ledgers", number_to_decide)
        blocks.register(membership_block)
