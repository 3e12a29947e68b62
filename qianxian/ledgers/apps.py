"""Ledgers as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "qianxian.ledgers"
    label = "ledgers"
    verbose_name = "台账"

    def ready(self) -> None:
        from qianxian.core.people import book
        from qianxian.ledgers import blocks
        from qianxian.ledgers.handing import attestations_of_post
        from qianxian.ledgers.household.entry_page import membership_block, page_block

        book.register(attestations_of_post)
        blocks.register(page_block)
        blocks.register(membership_block)
